import type { OperatorForm } from './operator-forms.js'

/**
 * The operators that came with version 2 of the language. They do not belong to the Act-Bench space, and placeholders of
 * schemas do not stand for them, so that older search spaces keep their functions. The rules of `operator-forms.ts` hold.
 */
export const LATER_UNARY_FORMS: Readonly<Record<string, OperatorForm>> = {
  sin: { definition: 'the sine of x radians', value: 'sin(a)', derivatives: ['cos(a)'] },
  cos: { definition: 'the cosine of x radians', value: 'cos(a)', derivatives: ['-sin(a)'] },
  sinc: { definition: 'sin(x) / x, and 1 for x = 0', value: 'sinc(a)', derivatives: ['sincSlope(a)'] },
  sqrt: {
    definition: 'the square root of x; NaN for x < 0',
    value: 'Math.sqrt(a)',
    derivatives: ['0.5 / Math.abs(v)'],
  },
  cbrt: { definition: 'the cube root of x, negative for x < 0', value: 'cbrt(a)', derivatives: ['1 / (3 * v * v)'] },
  log: { definition: 'the natural logarithm of x; NaN for x < 0', value: 'log(a)', derivatives: ['1 / a'] },
  log1p: { definition: 'log(1 + x); NaN for x < -1', value: 'log1p(a)', derivatives: ['1 / (1 + a)'] },
  sign: {
    definition: '1 for x > 0, -1 for x < 0, 0 for x = 0',
    value: 'a > 0 ? 1 : a < 0 ? -1 : a',
    derivatives: ['0'],
  },
  step: {
    definition: '1 for x >= 0, else 0',
    value: 'a >= 0 ? 1 : a === a ? 0 : a',
    derivatives: ['0'],
  },
}

/** Comparisons as numbers. A comparison with NaN is false. */
export const COMPARISON_FORMS: Readonly<Record<string, OperatorForm>> = {
  greater: compare('x > y', '+(a > b)'),
  greater_equal: compare('x >= y', '+(a >= b)'),
  less: compare('x < y', '+(a < b)'),
  less_equal: compare('x <= y', '+(a <= b)'),
  equal: compare('x = y', '+(a === b)'),
  not_equal: compare('x differs from y', '+(a !== b)'),
}

export const TERNARY_FORMS: Readonly<Record<string, OperatorForm>> = {
  clip: {
    definition: 'min(max(x, y), z): x limited to the range from y to z',
    locals: { m: 'a >= b || a !== a ? a : b' },
    value: 'm <= c || m !== m ? m : c',
    derivatives: ['a > b && a <= c ? 1 : 0', 'a <= b && b <= c ? 1 : 0', 'm > c ? 1 : 0'],
  },
  where: {
    definition: 'y if x is not 0, else z; x is usually a comparison',
    value: 'a !== 0 ? b : c',
    derivatives: ['0', 'a !== 0 ? 1 : 0', 'a !== 0 ? 0 : 1'],
  },
}

function compare(condition: string, value: string): OperatorForm {
  return { definition: `1 if ${condition}, else 0`, value, derivatives: ['0', '0'] }
}
