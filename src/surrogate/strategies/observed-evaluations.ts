import { type CompletedCandidate, createTakenIds } from './search-strategy.js'

/**
 * The evaluations that a strategy has observed: which functions are taken, and the measurements of those that ended.
 */
export interface ObservedEvaluations {
  update(completed: Iterable<CompletedCandidate>, leased: Iterable<string>): void
  /** Whether the function is neither ended nor leased. */
  isFree(id: string): boolean
  /** Metrics of ended evaluations in the order in which they were first observed; null if the evaluation failed. */
  readonly metrics: ReadonlyMap<string, number | null>
  /** Ids of the functions that are leased now. */
  leased(): readonly string[]
}

/** No observed evaluations. */
export function createObservedEvaluations(): ObservedEvaluations {
  const taken = createTakenIds()
  const metrics = new Map<string, number | null>()
  let out: readonly string[] = []
  return {
    metrics,
    leased: () => out,
    isFree: (id) => !taken.has(id),
    update(completed, leased) {
      const ended = [...completed]
      out = [...leased]
      taken.update(ended, out)
      for (const { id, validationAccuracy } of ended) metrics.set(id, validationAccuracy ?? metrics.get(id) ?? null)
    },
  }
}
