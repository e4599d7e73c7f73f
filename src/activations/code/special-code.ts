import type { CodeTarget } from './code-target.js'
import { fitsFloat32, toNumberText } from './number-text.js'

/** What the code of an operator may depend on: whether an operand is a number of the text. */
export interface OperandKind {
  /** The number; null for a parameter, or for anything that depends on parameters or on the input. */
  readonly number: number | null
  /** Whether the value has the shape of the input. */
  readonly hasInput: boolean
}

type Choose = (target: CodeTarget, operands: readonly OperandKind[]) => string

/** How the operators of several operands are written. The rules of `operator-code.ts` hold. */
export const SPECIAL_CODE: Readonly<Record<string, Choose>> = {
  add: infix('a + b', 'tf.add(a, b)'),
  sub: infix('a - b', 'tf.sub(a, b)'),
  mul: infix('a * b', 'tf.mul(a, b)', 'a \\cdot b'),
  div: infix('a / b', 'tf.div(a, b)', '\\frac{a}{b}'),
  pow: writePower,
  max: writeExtreme('max', 'min'),
  min: writeExtreme('min', 'max'),
  clip: writeClip,
  where: writeWhere,
  greater: writeComparison('greater'),
  greater_equal: writeComparison('greater_equal'),
  less: writeComparison('less'),
  less_equal: writeComparison('less_equal'),
  equal: writeComparison('equal'),
  not_equal: writeComparison('not_equal'),
  'is greater': condition('a > b', '_condition(tf.greater, a, b)'),
  'is greater_equal': condition('a >= b', '_condition(tf.greaterEqual, a, b)', 'a \\geq b'),
  'is less': condition('a < b', '_condition(tf.less, a, b)'),
  'is less_equal': condition('a <= b', '_condition(tf.lessEqual, a, b)', 'a \\leq b'),
  'is equal': condition('a == b', '_condition(tf.equal, a, b)', 'a = b'),
  'is not_equal': condition('a != b', '_condition(tf.notEqual, a, b)', 'a \\neq b'),
  and: condition('a & b', '_condition(tf.logicalAnd, a, b)', 'a \\land b', 'a && b'),
  or: condition('a | b', '_condition(tf.logicalOr, a, b)', 'a \\lor b', 'a || b'),
  not: condition('~a', '_condition(tf.logicalNot, a)', '\\lnot a', '!a'),
  // The chain rule where a slope of 0 may meet an infinite one.
  chain: () => '_chain(a, b)',
}

/** The partial derivatives in NumPy by each operand; `v` is the value. For where, max, min and clip see `derive.ts`. */
export function specialSlopes(operator: string, operands: readonly OperandKind[]): readonly string[] {
  switch (operator) {
    case 'add':
      return ['1', '1']
    case 'sub':
      return ['1', '-1']
    case 'mul':
      return ['b', 'a']
    case 'div':
      return ['1 / b', '-v / b']
    case 'pow':
      return [powerSlope(operands[1].number), 'v * _log_or_zero(a)']
    default:
      return ['0', '0']
  }
}

function powerSlope(exponent: number | null): string {
  if (exponent === null) return 'b * a ** (b - 1)'
  if (exponent === 0 || exponent === 1) return String(exponent)
  const factor = toNumberText('NUMPY', exponent)
  return exponent === 2 ? '2 * a' : `${factor} * a ** ${toNumberText('NUMPY', exponent - 1).replace(/^-.*/, '($&)')}`
}

function infix(template: string, tensorflowJs: string, latex = template): Choose {
  return (target) => (target === 'TENSORFLOW_JS' ? tensorflowJs : target === 'LATEX' ? latex : template)
}

function condition(template: string, tensorflowJs: string, latex = template, julia = template): Choose {
  return (target, [first, second]) => {
    if (target === 'TENSORFLOW_JS') return tensorflowJs
    if (target === 'LATEX') return latex
    if (target === 'JULIA') return julia
    // ~True is -2 in Python.
    if (template === '~a' && (target === 'NUMPY' || target === 'JAX')) {
      return target === 'JAX' ? 'jnp.logical_not(a)' : 'np.logical_not(a)'
    }
    // `0 == tensor` compares in Python's way in some versions.
    if (target === 'TENSORFLOW' && /[!=]=/.test(template)) {
      const name = template.includes('!') ? 'tf.not_equal' : 'tf.equal'
      return first.number === null || second.number !== null ? `${name}(a, b)` : `${name}(b, a)`
    }
    return template
  }
}

/** A comparison as the number 1 or 0. */
function writeComparison(operator: string): Choose {
  return (target, operands) => {
    const test = SPECIAL_CODE[`is ${operator}`](target, operands)
    switch (target) {
      case 'PYTORCH':
        return `(${test}).to(x.dtype)`
      case 'JAX':
        return `jnp.${operator}(a, b).astype(x.dtype)`
      case 'NUMPY':
        return `np.${operator}(a, b).astype(x.dtype)`
      case 'TENSORFLOW':
        return `tf.cast(${test}, x.dtype)`
      case 'TENSORFLOW_JS':
        return `tf.cast(${test}, 'float32')`
      case 'JULIA':
        return `T(${test})`
      case 'LATEX':
        return `[${test}]`
    }
  }
}

function writePower(target: CodeTarget, [base, exponent]: readonly OperandKind[]): string {
  if (target === 'TENSORFLOW_JS') return 'tf.pow(a, b)'
  if (target === 'LATEX') return 'a^{b}'
  if (target === 'JULIA') {
    const isPlain = Number.isInteger(exponent.number) || (base.number !== null && base.number > 0)
    return isPlain ? 'a^b' : '_pow(a, b)'
  }
  // The gradient by the exponent has the logarithm of the base. TensorFlow replaces it by 0 for negative bases.
  const isPlain = exponent.number !== null || base.number !== null
  return isPlain || (target !== 'PYTORCH' && target !== 'JAX') ? 'a ** b' : '_pow(a, b)'
}

function writeExtreme(name: 'max' | 'min', bound: string): Choose {
  return (target, [first, second]) => {
    switch (target) {
      case 'PYTORCH': {
        const limit = second.number ?? first.number
        const [tensor, number] = second.number === null ? ['b', 'a'] : ['a', 'b']
        if (limit === null) return `torch.${name}imum(a, b)`
        if (fitsFloat32(limit)) return `torch.clamp(${tensor}, ${bound}=${number})`
        return `torch.${name}imum(${tensor}, ${wideTensor(limit)})`
      }
      case 'TENSORFLOW':
        return second.number === null && first.number !== null ? `tf.${name}imum(b, a)` : `tf.${name}imum(a, b)`
      case 'JAX':
        return `jnp.${name}imum(a, b)`
      case 'NUMPY':
        return `np.${name}imum(a, b)`
      case 'TENSORFLOW_JS':
        return `tf.${name}imum(${expand('a', first)}, ${expand('b', second)})`
      case 'JULIA':
        return `${name}(a, b)`
      case 'LATEX':
        return `\\${name}(a, b)`
    }
  }
}

/** `canClip` holds: the limits are numbers, and the lower one is not greater. */
function writeClip(target: CodeTarget): string {
  switch (target) {
    case 'PYTORCH':
      return 'torch.clamp(a, b, c)'
    case 'JAX':
      return 'jnp.clip(a, b, c)'
    case 'TENSORFLOW':
      return 'tf.clip_by_value(a, b, c)'
    case 'NUMPY':
      return 'np.clip(a, b, c)'
    case 'TENSORFLOW_JS':
      return 'tf.clipByValue(a, b, c)'
    case 'JULIA':
      return 'clamp(a, b, c)'
    case 'LATEX':
      return '\\operatorname{clip}(a, b, c)'
  }
}

/** Whether the function of a framework clips as the operator does; otherwise it is written as a minimum of a maximum. */
export function canClip([operand, low, high]: readonly OperandKind[]): boolean {
  if (operand.number !== null || low.number === null || high.number === null) return false
  return low.number <= high.number && fitsFloat32(low.number) && fitsFloat32(high.number)
}

function writeWhere(target: CodeTarget, [, yes, no]: readonly OperandKind[]): string {
  const float = ({ number }: OperandKind) => toNumberText(target, number ?? 0, true)
  const hasTwoNumbers = yes.number !== null && no.number !== null
  switch (target) {
    case 'PYTORCH': {
      const wide = [yes, no].map(({ number }) => (number === null || fitsFloat32(number) ? null : wideTensor(number)))
      const first = wide[0] ?? (hasTwoNumbers ? `torch.full_like(x, ${float(yes)})` : 'b')
      return `torch.where(a, ${first}, ${wide[1] ?? (hasTwoNumbers ? float(no) : 'c')})`
    }
    case 'JAX':
      return hasTwoNumbers ? `jnp.where(a, ${float(yes)}, ${float(no)})` : 'jnp.where(a, b, c)'
    case 'TENSORFLOW': {
      const first = yes.number === null ? 'b' : `tf.constant(${float(yes)}, x.dtype)`
      return `tf.where(a, ${first}, ${hasTwoNumbers ? `tf.constant(${float(no)}, x.dtype)` : 'c'})`
    }
    case 'NUMPY':
      return hasTwoNumbers ? `np.where(a, ${float(yes)}, ${float(no)}).astype(x.dtype)` : 'np.where(a, b, c)'
    case 'TENSORFLOW_JS':
      return `tf.where(a, ${expand('b', yes)}, ${expand('c', no)})`
    case 'JULIA':
      return `(a ? ${yes.number === null ? 'b' : float(yes)} : ${no.number === null ? 'c' : float(no)})`
    case 'LATEX':
      return '\\begin{cases} b & \\text{if } a \\\\ c & \\text{otherwise} \\end{cases}'
  }
}

/** PyTorch refuses a number that the dtype of a tensor cannot hold, but converts a tensor of it to an infinity. */
function wideTensor(value: number): string {
  return `torch.tensor(${toNumberText('PYTORCH', value)}, dtype=torch.float64).to(x.dtype)`
}

/** TensorFlow.js does not sum the gradients of a parameter that it broadcasts here, but it does in a sum. */
function expand(letter: string, { number, hasInput }: OperandKind): string {
  return number !== null || hasInput ? letter : `tf.add(tf.zerosLike(x), ${letter})`
}
