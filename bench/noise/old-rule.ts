import { type MeasuredFunction, poolNoise } from '../../src/numeric/ranks/measured-function.js'

/** The rule of version 0.2.0: two standard errors of a mean, without regard to the luck of the best. */
export function createOldRule(functions: readonly MeasuredFunction[]) {
  const sorted = functions.map(({ value }) => value).sort((a, b) => b - a)
  const deviation = poolNoise(functions)?.deviation ?? 0
  const rankAt = (value: number): number => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] > value) low = middle + 1
      else high = middle
    }
    return low + 1
  }
  return (value: number, runs: number) => {
    const margin = (2 * deviation) / Math.sqrt(runs)
    return { best: rankAt(value + margin), worst: rankAt(value - margin) - 1 }
  }
}
