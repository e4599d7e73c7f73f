/** Rounding in single precision may leave a sum of shares this far outside. */
const ROUNDING = 1e-5

/**
 * What keeps values from being a spectrum; null if nothing does. A spectrum is one cumulative distribution after another:
 * values rise from 0 to 1, and fall only where the next layer begins, after a 1. Values are counted from 1.
 */
export function findSpectrumProblem(values: Float32Array): string | null {
  if (values.length === 0) return 'empty'
  let before = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value >= before && value <= 1) {
      before = value
      continue
    }
    if (value - value !== 0) return `not finite: value ${i + 1} is ${value}`
    if (value < -ROUNDING || value > 1 + ROUNDING)
      return `not a cumulative distribution: value ${i + 1} is ${value}, outside 0 to 1`
    if (value < before - ROUNDING && before < 1 - ROUNDING) {
      return `not a cumulative distribution: value ${i + 1} falls from ${before} to ${value}`
    }
    before = value
  }
  return null
}
