import type { Expression } from '../expression.js'
import { getOperator } from '../operators.js'

/**
 * An expression at -x, with the signs moved outwards: f(-x) is `sign` times the function with this text. Operands of
 * commutative operators are sorted, so that equal functions of the same operators have equal texts.
 */
interface Form {
  readonly sign: 1 | -1
  readonly text: string
}

export interface Symmetry {
  readonly isEven: boolean
  readonly isOdd: boolean
}

const EVEN = new Set(['abs', 'square', 'cosh', 'bessel_i0e', 'cos', 'sinc'])
const ODD = new Set([
  ...['identity', 'negative', 'reciprocal', 'erf', 'sinh', 'tanh', 'arcsinh', 'arctan', 'bessel_i1e', 'softsign'],
  ...['sin', 'cbrt', 'sign'],
])
const OPPOSITE = { max: 'min', min: 'max' } as const
const FOLDS: Readonly<Record<string, string>> = { sum_n: 'add', prod_n: 'mul', max_n: 'max', min_n: 'min' }
const ZERO_TEXT = '0'
/** Operators without a finite value for some operands. */
const PARTIAL_OPERATOR = /(?:reciprocal|div|pow|log|log1p|sqrt)\(/

/** The symmetry that follows from the structure of the expression. False means that it does not follow. */
export function proveSymmetry(expression: Expression): Symmetry {
  const plain = toForm(expression, 1)
  const mirrored = toForm(expression, -1)
  const isZero = plain.text === ZERO_TEXT
  const isSame = plain.text === mirrored.text
  return {
    isEven: isZero || (isSame && plain.sign === mirrored.sign),
    isOdd: isZero || (isSame && plain.sign !== mirrored.sign),
  }
}

/** The form of the expression at `side` times x. */
function toForm(node: Expression, side: 1 | -1): Form {
  if (node.kind === 'INPUT') return { sign: side, text: 'x' }
  if (node.kind !== 'APPLICATION') return numberForm(node.kind === 'NUMBER' ? node.value : node.initial)
  const { operator } = node
  if (operator === 'zero') return numberForm(0)
  if (operator === 'one') return numberForm(1)
  const operands = node.operands.map((operand) => toForm(operand, side))
  const [a, b, c] = operands
  if (getOperator(operator).arity === 'N_ARY') {
    return operands.slice(1).reduce((folded, operand) => pairForm(FOLDS[operator], folded, operand), a)
  }
  if (operator === 'identity') return a
  if (operator === 'negative') return flip(a)
  if (EVEN.has(operator)) return { sign: 1, text: `${operator}(${a.text})` }
  if (ODD.has(operator))
    return a.text === ZERO_TEXT && operator !== 'reciprocal' ? a : { sign: a.sign, text: `${operator}(${a.text})` }
  if (b === undefined) return { sign: 1, text: `${operator}(${signed(a)})` }
  if (operator === 'where') {
    // A condition counts as true unless it is 0, so its sign does not matter.
    const sign = b.text === ZERO_TEXT ? c.sign : b.sign
    return { sign, text: `where(${a.text},${signed(times(b, sign))},${signed(times(c, sign))})` }
  }
  if (operator === 'clip') return pairForm('min', pairForm('max', a, b), c)
  return pairForm(operator, a, b)
}

function pairForm(operator: string, a: Form, b: Form): Form {
  switch (operator) {
    case 'add':
      return sumForm(a, b)
    case 'sub':
      return sumForm(a, flip(b))
    case 'mul':
      return { sign: a.sign === b.sign ? 1 : -1, text: `mul(${sorted(a.text, b.text)})` }
    case 'div':
      return { sign: a.sign === b.sign ? 1 : -1, text: `div(${a.text},${b.text})` }
    case 'max':
    case 'min':
      return extremeForm(operator, a, b)
    case 'pow':
      return powerForm(a, b)
    default:
      return comparisonForm(operator, a, b)
  }
}

/** A sum of two terms starts with a positive one. Terms that may lack a value do not cancel, because their sum lacks it too. */
function sumForm(a: Form, b: Form): Form {
  if (a.text === ZERO_TEXT) return b
  if (b.text === ZERO_TEXT) return a
  const [first, second] = a.text <= b.text ? [a, b] : [b, a]
  const cancels = first.text === second.text && first.sign !== second.sign && !PARTIAL_OPERATOR.test(first.text)
  if (cancels) return numberForm(0)
  return { sign: first.sign, text: `add(${first.text},${signed(times(second, first.sign))})` }
}

/** max(-a,-b) is -min(a,b), and max(a,-a) is |a|. The term whose text comes first is made positive. */
function extremeForm(operator: 'max' | 'min', a: Form, b: Form): Form {
  if (a.text === b.text && a.sign !== b.sign) return { sign: operator === 'max' ? 1 : -1, text: `abs(${a.text})` }
  const [first, second] = a.text <= b.text ? [a, b] : [b, a]
  const name = first.sign === 1 ? operator : OPPOSITE[operator]
  return { sign: first.sign, text: `${name}(${first.text},${signed(times(second, first.sign))})` }
}

function powerForm(a: Form, b: Form): Form {
  const exponent = b.sign * Number(b.text)
  if (Number.isInteger(exponent) && Math.abs(exponent) < 2 ** 53) {
    const isOdd = Math.abs(exponent % 2) === 1
    return { sign: isOdd ? a.sign : 1, text: `pow(${a.text},${signed(b)})` }
  }
  return { sign: 1, text: `pow(${signed(a)},${signed(b)})` }
}

/** a > b is -a < -b; less is written as greater with the operands exchanged. */
function comparisonForm(operator: string, a: Form, b: Form): Form {
  if (operator === 'less') return comparisonForm('greater', b, a)
  if (operator === 'less_equal') return comparisonForm('greater_equal', b, a)
  if (operator === 'equal' || operator === 'not_equal') {
    const [first, second] = a.text <= b.text ? [a, b] : [b, a]
    const isZero = second.text === ZERO_TEXT || first.text === ZERO_TEXT
    const other = isZero ? { ...second, sign: 1 as const } : times(second, first.sign)
    return { sign: 1, text: `${operator}(${first.text},${signed(other)})` }
  }
  return { sign: 1, text: `${operator}(${signed(a)},${signed(b)})` }
}

function numberForm(value: number): Form {
  if (value === 0) return { sign: 1, text: ZERO_TEXT }
  return { sign: value < 0 ? -1 : 1, text: String(Math.abs(value)) }
}

function flip(a: Form): Form {
  return a.text === ZERO_TEXT ? a : { sign: a.sign === 1 ? -1 : 1, text: a.text }
}

function times(a: Form, sign: 1 | -1): Form {
  return sign === 1 ? a : flip(a)
}

function signed({ sign, text }: Form): string {
  return sign === 1 ? text : `-${text}`
}

function sorted(a: string, b: string): string {
  return a <= b ? `${a},${b}` : `${b},${a}`
}
