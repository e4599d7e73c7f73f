const STEPS = [1, 2, 5, 10]

/** Round numbers between two numbers, at most `most` of them. */
export function chooseTicks(low: number, high: number, most: number): number[] {
  const rough = (high - low) / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (STEPS.find((each) => each * power >= rough) ?? 10)
  const first = Math.ceil(low / step)
  const count = Math.floor(high / step) - first + 1
  // Multiples are exact where sums are not.
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}
