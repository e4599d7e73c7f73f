/**
 * A float as JSON and CSV text that every reader takes for a float: `1` is `1.0`, and 1e20 is `1e+20`. Without the point,
 * pandas and other readers take a number of 21 digits for an integer and refuse it. A number that is not finite is `null`.
 */
export function formatFloat(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'null'
  if (!Number.isInteger(value)) return String(value)
  return Math.abs(value) < 1e16 ? value.toFixed(1) : value.toExponential()
}

/** A list of floats as JSON text, each with the shortest digits that give its float32. */
export function formatFloat32s(values: Float32Array): string {
  const texts: string[] = new Array(values.length)
  // Most values of a spectrum are 0 or 1.
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    texts[i] = value === 0 ? '0.0' : value === 1 ? '1.0' : formatFloat(shortestFloat32(value))
  }
  return `[${texts.join(',')}]`
}

/** The shortest decimal number whose float32 is this one. It has a third of the digits of the float64. */
export function shortestFloat32(value: number): number {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return value
  // Most values of a spectrum. A quotient of whole numbers gives the decimal number without a conversion to text.
  if (Math.abs(value) >= 1e-3 && Math.abs(value) < 1) {
    for (let scale = 1e6; scale <= 1e12; scale *= 10) {
      const short = Math.round(value * scale) / scale
      if (Math.fround(short) === value) return short
    }
  }
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}
