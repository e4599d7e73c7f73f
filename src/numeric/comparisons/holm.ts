/** Some comparisons with the same probability. */
export interface CountedProbability {
  readonly pValue: number
  readonly count: number
}

/** Probabilities that are corrected for the number of comparisons in their family. */
export interface Correction {
  /** The corrected probability of a comparison of the family. */
  adjust(pValue: number): number
}

/**
 * Holm's correction: the probability that any true tie of the family counts as a difference stays below the level. Each
 * probability is multiplied by the number of comparisons that are not more significant. It holds under any dependence.
 */
export function correctByHolm(family: readonly CountedProbability[]): Correction {
  const sorted = [...family].sort((a, b) => a.pValue - b.pValue)
  const adjusted = new Float64Array(sorted.length)
  let left = sorted.reduce((sum, { count }) => sum + count, 0)
  let largest = 0
  for (const [i, { pValue, count }] of sorted.entries()) {
    largest = Math.max(largest, Math.min(1, pValue * left))
    adjusted[i] = largest
    left -= count
  }
  return {
    adjust(pValue) {
      let [low, high] = [0, sorted.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if (sorted[middle].pValue >= pValue) high = middle
        else low = middle + 1
      }
      // Between two members: as the next greater one, but not below its own value.
      return Math.max(Math.min(1, pValue), adjusted[Math.min(low, sorted.length - 1)] ?? 0)
    },
  }
}
