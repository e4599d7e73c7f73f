const MINUS = '−'

/** A number with a true minus sign. */
export function formatNumber(value: number, digits = 3): string {
  const text =
    Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-4) ? value.toExponential(2) : round(value, digits)
  return text.replace('-', MINUS)
}

/** A whole number with thin spaces between thousands. */
export function formatCount(value: number): string {
  return value >= 10_000 ? String(value).replace(/\B(?=(\d{3})+$)/g, ' ') : String(value)
}

/**
 * A share as percent. The noise of a measurement, if it is known, says how many digits mean something: one digit more than
 * the first digit of the noise.
 */
export function formatPercent(value: number | null | undefined, noise?: number | null): string {
  if (value === null || value === undefined) return '–'
  return (100 * value).toFixed(percentDigits(noise)).replace('-', MINUS)
}

/** Digits behind the point for a share as percent. */
export function percentDigits(noise?: number | null): number {
  if (!noise) return 2
  return Math.max(1, Math.min(3, 1 - Math.floor(Math.log10(100 * noise))))
}

/** The name in front of the details of a text such as `All-convolutional: 5x5 with 16 filters`. */
export function shorten(text: string): string {
  return text.split(/[:;]/)[0]
}

/** A date as people in all countries read it: 28 Nov 2026. */
export function formatDate(time: string): string {
  return new Date(time).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)))
}
