/**
 * A partial derivative as a formula, or as two factors. The chain rule multiplies the inner derivative by the first factor
 * and the result by the second one. Use factors if their product may underflow although the derivative of the whole
 * expression does not: at x = 400 the derivative of 1 / e^x is -(v · e^x) · v, but v · v is 0.
 */
export type Slope = string | readonly [string, string]

/** EXACT, or the derivatives of the first release, which datasets that were measured with them keep. */
export type DerivativeForms = 'EXACT' | 'FIRST'

/**
 * An operator as formulas, from which loops over arrays are generated. `a`, `b` and `c` are the operands, `locals` are
 * computed once and in order, `v` is the value, and `derivatives` are the partial derivatives by each operand.
 * `firstDerivatives` are those of the first release if they differ: they lose their digits far from 0.
 *
 * Formulas must be accurate in the tails: no cancellation, and no overflow before a finite result. They avoid branches on
 * the sign of `a`; a comparison is a number, such as `+(a > 0)`. At a kink the derivative is the derivative of the left
 * side, so relu has 0 at 0. All operators use the same side, so that the kinks of a sum can cancel. If the operands of max
 * or min are equal, the first operand counts.
 */
export interface OperatorForm {
  /** The definition in plain text, for readers. */
  readonly definition: string
  readonly locals?: Readonly<Record<string, string>>
  readonly value: string
  readonly derivatives: readonly Slope[]
  readonly firstDerivatives?: readonly string[]
}

/** s is the sigmoid, and q = 1 - s is its complement without cancellation. */
const SIGMOID = { e: 'exp(-a)', s: '1 / (1 + e)', q: 'a < -700 ? 1 : e * s' }
/** w = e^-|a|, and p is 1 if a >= 0, else 0: accurate in both tails of softplus and similar functions. */
const DECAY = { w: 'exp(-Math.abs(a))', p: '+(a >= 0)' }
/** m is e^a - 1 if a is negative, else 0. */
const GROWTH = { m: 'expm1(negativePart(a))' }

/** The 27 unary operators of the Act-Bench space. Definitions follow TensorFlow 2. */
export const ACTBENCH_UNARY_FORMS: Readonly<Record<string, OperatorForm>> = {
  zero: { definition: '0', value: '0', derivatives: ['0'] },
  one: { definition: '1', value: '1', derivatives: ['0'] },
  identity: { definition: 'x', value: 'a', derivatives: ['1'] },
  negative: { definition: '-x', value: '-a', derivatives: ['-1'] },
  abs: { definition: '|x|', value: 'Math.abs(a)', derivatives: ['1 - 2 * +(a <= 0)'] },
  reciprocal: { definition: '1 / x', value: '1 / a', derivatives: [['v', '-v']], firstDerivatives: ['-v * v'] },
  square: { definition: 'x^2', value: 'a * a', derivatives: ['2 * a'] },
  exp: { definition: 'e^x', value: 'exp(a)', derivatives: ['v'] },
  erf: {
    definition: '2/sqrt(pi) * integral of e^(-t^2) for t from 0 to x',
    locals: { d: 'gaussian(a)' },
    value: 'erfFrom(a, d)',
    derivatives: ['1.1283791670955126 * d'],
  },
  erfc: {
    definition: '1 - erf(x)',
    locals: { d: 'gaussian(a)' },
    value: 'erfcFrom(a, d)',
    derivatives: ['-1.1283791670955126 * d'],
  },
  sinh: { definition: '(e^x - e^-x) / 2', value: 'sinh(a)', derivatives: ['cosh(a)'] },
  cosh: { definition: '(e^x + e^-x) / 2', value: 'cosh(a)', derivatives: ['sinh(a)'] },
  tanh: {
    definition: '(e^x - e^-x) / (e^x + e^-x)',
    locals: { m: 'expm1(-2 * Math.abs(a))', n: '2 + m' },
    value: 'a === 0 ? a : (1 - 2 * +(a > 0)) * (m / n)',
    derivatives: ['4 * exp(-2 * Math.abs(a)) / (n * n)'],
    firstDerivatives: ['4 * (1 + m) / (n * n)'],
  },
  expm1: { definition: 'e^x - 1', value: 'expm1(a)', derivatives: ['exp(a)'] },
  sigmoid: { definition: '1 / (1 + e^-x)', locals: SIGMOID, value: 's', derivatives: ['s * q'] },
  log_sigmoid: {
    definition: 'log(1 / (1 + e^-x))',
    locals: DECAY,
    value: 'negativePart(a) - log1pUpTo1(w)',
    derivatives: ['(1 - p + p * w) / (1 + w)'],
  },
  arcsinh: {
    definition: 'log(x + sqrt(x^2 + 1))',
    value: 'arcsinh(a)',
    derivatives: ['Math.abs(a) < 1e18 ? 1 / Math.sqrt(1 + a * a) : 1 / Math.abs(a)'],
    firstDerivatives: ['1 / Math.sqrt(1 + a * a)'],
  },
  arctan: {
    definition: 'the angle in (-pi/2, pi/2) whose tangent is x',
    value: 'arctan(a)',
    derivatives: [['Math.abs(a) < 1e18 ? 1 / (1 + a * a) : 1 / a', 'Math.abs(a) < 1e18 ? 1 : 1 / a']],
    firstDerivatives: ['1 / (1 + a * a)'],
  },
  bessel_i0e: {
    definition: 'e^-|x| * I0(x), I0 the modified Bessel function of order 0',
    locals: { g: '1 - 2 * +(a <= 0)' },
    value: 'besselI0e(a)',
    derivatives: ['besselI0eSlope(a, v)'],
    firstDerivatives: ['besselI1e(a) - g * v'],
  },
  bessel_i1e: {
    definition: 'e^-|x| * I1(x), I1 the modified Bessel function of order 1',
    value: 'besselI1e(a)',
    derivatives: ['besselI1eSlope(a, v)'],
    firstDerivatives: ['besselI0e(a) - Math.abs(v) - (a === 0 ? 0.5 : v / a)'],
  },
  relu: { definition: 'max(x, 0)', value: 'positivePart(a)', derivatives: ['+(a > 0)'] },
  elu: {
    definition: 'x for x > 0, else e^x - 1',
    locals: GROWTH,
    value: 'positivePart(a) + m',
    derivatives: ['exp(negativePart(a))'],
    firstDerivatives: ['1 + m'],
  },
  selu: {
    definition: '1.05070098 * (x for x > 0, else 1.67326324 * (e^x - 1))',
    locals: { ...GROWTH, p: '+(a > 0)' },
    value: '1.05070098 * (positivePart(a) + 1.67326324 * m)',
    derivatives: ['1.05070098 * (p + (1 - p) * 1.67326324 * exp(negativePart(a)))'],
    firstDerivatives: ['1.05070098 * (p + (1 - p) * 1.67326324 * (1 + m))'],
  },
  swish: { definition: 'x / (1 + e^-x)', locals: SIGMOID, value: 'a * s', derivatives: ['s + v * q'] },
  softplus: {
    definition: 'log(1 + e^x)',
    locals: DECAY,
    value: 'positivePart(a) + log1pUpTo1(w)',
    derivatives: ['(p + (1 - p) * w) / (1 + w)'],
  },
  softsign: {
    definition: 'x / (1 + |x|)',
    locals: { n: '1 + Math.abs(a)' },
    value: 'a / n',
    derivatives: [['1 / n', '1 / n']],
    firstDerivatives: ['1 / (n * n)'],
  },
  hard_sigmoid: {
    definition: '0.2 * x + 0.5, clipped to [0, 1]',
    locals: { t: '0.2 * a + 0.5' },
    value: 't < 1 ? (t > 0 ? t : 0) : t === t ? 1 : t',
    derivatives: ['t > 0 && t <= 1 ? 0.2 : 0'],
  },
}

/** The unary operators that do not belong to the Act-Bench space. */
export const OTHER_UNARY_FORMS: Readonly<Record<string, OperatorForm>> = {
  elish: {
    definition: 'x / (1 + e^-x) for x > 0, else (e^x - 1) / (1 + e^-x)',
    locals: { ...SIGMOID, ...GROWTH },
    value: '(positivePart(a) + m) * s',
    derivatives: ['(1 + m) * s + v * q'],
  },
  leakyrelu: {
    definition: 'x for x > 0, else 0.01 * x',
    locals: { p: '+(a > 0)', g: 'p + 0.01 * (1 - p)' },
    value: 'a * g',
    derivatives: ['g'],
  },
  mish: {
    // e^a = u/z, and u or z is 1. Then tanh(log(1 + e^a)) = (u² + 2uz) / (u² + 2uz + 2z²) = n/(n + k).
    definition: 'x * tanh(log(1 + e^x))',
    locals: {
      ...DECAY,
      u: 'p + (1 - p) * w',
      z: '1 - p + p * w',
      n: 'u * (u + 2 * z)',
      k: '2 * z * z',
      h: '1 / (n + k)',
    },
    value: 'a * (n * h)',
    derivatives: ['n * h + a * (k * h) * (1 + n * h) * u / (u + z)'],
  },
  gelu: {
    // f is the probability that a normal variable exceeds |a|, and g is the distribution function at a.
    definition: 'x * (1 + erf(x / sqrt(2))) / 2',
    locals: {
      d: 'gaussian(0.7071067811865476 * a)',
      f: '0.5 * d * scaledErfc(0.7071067811865476 * Math.abs(a))',
      p: '+(a > 0)',
      g: 'p + (1 - 2 * p) * f',
    },
    value: 'a * g',
    derivatives: ['g + 0.3989422804014327 * a * d'],
  },
}

/** The binary operators. The n-ary operators fold add, mul, max and min. */
export const BINARY_FORMS = {
  add: { definition: 'x + y', value: 'a + b', derivatives: ['1', '1'] },
  sub: { definition: 'x - y', value: 'a - b', derivatives: ['1', '-1'] },
  mul: { definition: 'x * y', value: 'a * b', derivatives: ['b', 'a'] },
  div: {
    definition: 'x / y',
    value: 'a / b',
    derivatives: ['1 / b', ['v', '-1 / b']],
    firstDerivatives: ['1 / b', '-v / b'],
  },
  pow: {
    definition: 'x^y; NaN for a negative x to a fraction',
    value: 'pow(a, b)',
    derivatives: [['powBaseFactor(a, b, v)', 'powBaseRest(a, b, v)'], 'powSlopeByExponent(a, v)'],
    firstDerivatives: ['powSlopeByBase(a, b, v)', 'powSlopeByExponent(a, v)'],
  },
  max: {
    definition: 'the greater of x and y',
    value: 'a >= b || a !== a ? a : b',
    derivatives: ['+(a >= b)', '1 - +(a >= b)'],
  },
  min: {
    definition: 'the lesser of x and y',
    value: 'a <= b || a !== a ? a : b',
    derivatives: ['+(a <= b)', '1 - +(a <= b)'],
  },
} as const satisfies Readonly<Record<string, OperatorForm>>
