import { formatNumber } from '../expression.js'
import type { CodeTarget } from './code-target.js'

/** Larger whole numbers would be integers of 64 bits or more, which frameworks refuse or treat in their own way. */
const MAX_WHOLE = 2 ** 31
/** The largest float32. */
const MAX_FLOAT32 = 3.4028234663852886e38

const INFINITIES: Readonly<Record<CodeTarget, string>> = {
  PYTORCH: 'math.inf',
  JAX: 'jnp.inf',
  TENSORFLOW: 'math.inf',
  NUMPY: 'np.inf',
  TENSORFLOW_JS: 'Infinity',
  JULIA: 'T(Inf)',
  LATEX: '\\infty',
}
const NOT_A_NUMBER: Readonly<Record<CodeTarget, string>> = {
  PYTORCH: 'math.nan',
  JAX: 'jnp.nan',
  TENSORFLOW: 'math.nan',
  NUMPY: 'np.nan',
  TENSORFLOW_JS: 'NaN',
  JULIA: 'T(NaN)',
  LATEX: '\\text{undefined}',
}

/** A number as source of a target. Whole numbers are integers, unless `isFloat` asks for a floating-point number. */
export function toNumberText(target: CodeTarget, value: number, isFloat = false): string {
  if (Number.isNaN(value)) return NOT_A_NUMBER[target]
  if (!Number.isFinite(value)) return `${value < 0 ? '-' : ''}${INFINITIES[target]}`
  if (target === 'LATEX') return toLatexNumber(value)
  const text = formatNumber(value)
  if (target === 'TENSORFLOW_JS') return text
  const isInteger = /^-?\d+$/.test(text)
  if (isInteger && Math.abs(value) < MAX_WHOLE && !Object.is(value, -0) && !isFloat) return text
  const float = isInteger ? `${text}.0` : text
  // A Float64 would make the results of a Float32 function Float64.
  return target === 'JULIA' ? `T(${float})` : float
}

/** Whether a float32 can hold the number. */
export function fitsFloat32(value: number): boolean {
  return !(Math.abs(value) > MAX_FLOAT32) || !Number.isFinite(value)
}

function toLatexNumber(value: number): string {
  const [mantissa, exponent] = formatNumber(value).split('e')
  if (exponent === undefined) return mantissa
  return mantissa === '1' ? `10^{${exponent}}` : `${mantissa} \\cdot 10^{${exponent}}`
}
