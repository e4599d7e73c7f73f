/** The largest |f/g - 1| over 20,000 points between two bounds, evenly spaced. */
export function worstRelativeError(
  f: (x: number) => number,
  g: (x: number) => number,
  from: number,
  to: number,
): number {
  let worst = 0
  for (let i = 0; i <= 20_000; i++) {
    const x = from + ((to - from) * i) / 20_000
    if (f(x) !== g(x)) worst = Math.max(worst, Math.abs(f(x) / g(x) - 1))
  }
  return worst
}
