import { type CompletedCandidate, createTakenIds } from './search-strategy.js'

/** What a strategy was told of: which functions are taken, and what those that ended were measured at. */
export interface ObservedEvaluations {
  update(completed: Iterable<CompletedCandidate>, leased: Iterable<string>): void
  /** Neither ended nor leased. */
  isFree(id: string): boolean
  /** Of what ended, in the order in which it was first told of; null where it failed. */
  readonly metrics: ReadonlyMap<string, number | null>
  /** What is leased now. */
  leased(): readonly string[]
}

/** Nothing told yet. */
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
