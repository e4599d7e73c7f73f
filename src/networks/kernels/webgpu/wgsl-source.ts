import type { Expression, Input, Parameter } from '../../../activations/expression.js'
import { generateSource } from '../../../activations/generate-source.js'
import type { DerivativeForms } from '../../../activations/operator-forms.js'

/** WGSL statements that compute an expression at `x`, then the formulas of its value and derivative. */
export interface WgslSource {
  statements: string
  value: string
  derivative: string
}

/** The source of an expression for graphics cards; it calls `WGSL_FUNCTIONS`. `by`: see `generateSource`. */
export function generateWgsl(
  expression: Expression,
  forms: DerivativeForms = 'EXACT',
  by?: Input | Parameter,
): WgslSource {
  const source = generateSource(expression, { derivative: true, careful: true, forms, by })
  const lines = `${source.constants}\n${source.statements}`.split('\n').filter((line) => line !== '')
  const statements = lines.map((line) => {
    const [, name, formula] = /^const (\w+) = (.*)$/.exec(line) as RegExpExecArray
    return `let ${name} : f32 = ${translate(formula)};`
  })
  return {
    statements: statements.join('\n'),
    value: translate(source.value),
    derivative: translate(source.derivative),
  }
}

const LARGEST_FLOAT32 = 3.4028234663852886e38
const SMALLEST_FLOAT32 = 1.1754943508222875e-38

interface Term {
  code: string
  isCondition: boolean
}

/** The formulas of `operator-forms.ts` as WGSL. They use only numbers, names, calls, arithmetic, comparisons and ? :. */
export function translate(formula: string): string {
  const tokens = formula.match(/\d+(?:\.\d+)?(?:e-?\d+)?|[A-Za-z_][\w.]*|[!=]==|[<>]=|\|\||&&|[-+*/()<>?:,]/g) ?? []
  let next = 0
  const take = (): string => tokens[next++]
  const takeIf = (...wanted: string[]): string | null => (wanted.includes(tokens[next]) ? take() : null)
  const expect = (wanted: string): void => {
    if (take() !== wanted) throw new Error(`${formula}: expected ${wanted} before token ${next}`)
  }

  function choice(): Term {
    const condition = either()
    if (!takeIf('?')) return condition
    const yes = choice()
    expect(':')
    const no = choice()
    return { code: `select(${no.code}, ${yes.code}, ${condition.code})`, isCondition: false }
  }

  function either(): Term {
    let left = both()
    while (takeIf('||')) left = { code: `(${left.code} || ${both().code})`, isCondition: true }
    return left
  }

  function both(): Term {
    let left = comparison()
    while (takeIf('&&')) left = { code: `(${left.code} && ${comparison().code})`, isCondition: true }
    return left
  }

  function comparison(): Term {
    const left = sum()
    const operator = takeIf('<', '>', '<=', '>=', '===', '!==')
    if (!operator) return left
    const right = sum()
    if (left.code === right.code && operator.includes('=')) {
      return { code: `${operator === '!==' ? '' : '!'}act_isNaN(${left.code})`, isCondition: true }
    }
    // A number is never below itself, which a compiler may not assume of NaN.
    if (left.code === right.code) return { code: 'false', isCondition: true }
    return { code: `(${left.code} ${operator.replace('==', '=')} ${right.code})`, isCondition: true }
  }

  const chain = (operand: () => Term, ...operators: string[]): Term => {
    let left = operand()
    for (let operator = takeIf(...operators); operator; operator = takeIf(...operators)) {
      left = { code: `(${left.code} ${operator} ${operand().code})`, isCondition: false }
    }
    return left
  }
  const sum = (): Term => chain(product, '+', '-')
  const product = (): Term => chain(signed, '*', '/')

  function signed(): Term {
    if (takeIf('-')) return { code: `(-${signed().code})`, isCondition: false }
    if (!takeIf('+')) return primary()
    const operand = signed()
    return operand.isCondition ? { code: `select(0.0, 1.0, ${operand.code})`, isCondition: false } : operand
  }

  function primary(): Term {
    const token = take()
    if (token === '(') {
      const inner = choice()
      expect(')')
      return inner
    }
    if (/^\d/.test(token)) return { code: toNumber(token), isCondition: false }
    if (!takeIf('(')) return { code: token, isCondition: false }
    const operands = [choice().code]
    while (takeIf(',')) operands.push(choice().code)
    expect(')')
    return { code: `act_${token.replace('Math.', '')}(${operands.join(', ')})`, isCondition: false }
  }

  const { code } = choice()
  if (next !== tokens.length) throw new Error(`${formula}: expected the end, got token ${next}`)
  return code
}

/** A float. Formulas guard the exponential of float64 at 700; in float32 the guard is at 80. */
function toNumber(token: string): string {
  if (token === '700') return '80.0'
  // A number of an expression may be outside of the range of float32, which a shader must not contain.
  if (Number(token) > LARGEST_FLOAT32) return 'uniforms.INFINITY'
  if (Number(token) < SMALLEST_FLOAT32) return '0.0'
  return /[.e]/.test(token) ? token : `${token}.0`
}
