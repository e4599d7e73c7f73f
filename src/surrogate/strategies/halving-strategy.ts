import { REDUCTION } from './rungs.js'
import type { Candidate, SearchStrategy } from './search-strategy.js'

export interface HalvingSettings {
  /** Epochs after which functions are compared, ascending; the last one is a whole training. See `computeRungs`. */
  readonly rungs: readonly number[]
  /** Suggests functions that are new. */
  readonly rest: SearchStrategy
  /** A function that was suggested; null if the id is unknown, and then it goes no further. */
  find(id: string): Candidate | null
}

/**
 * Asynchronous successive halving (Li et al. 2020, arXiv 1810.05934, algorithm 2). A function is trained to the first rung. If it
 * is in the best third of those that have reached its rung, it is suggested again, up to the next rung. If nothing can go
 * further, new functions follow. No worker waits for a rung to be full. Ties go to the smaller id.
 */
export function createHalvingStrategy({ rungs, rest, find }: HalvingSettings): SearchStrategy {
  const last = rungs.length - 1
  /** What each rung knows of its functions, by id; null while a function is leased, or if it failed. */
  const known = rungs.map(() => new Map<string, number | null>())
  let active = new Set<string>()
  const isOpen = (id: string, level: number) =>
    !active.has(id) && known.slice(level + 1).every((above) => !above.has(id))
  const promote = (level: number): Candidate[] => {
    const done = [...known[level]].flatMap(([id, metric]) => (metric === null ? [] : [{ id, metric }]))
    return done
      .sort((a, b) => b.metric - a.metric || (a.id < b.id ? -1 : 1))
      .slice(0, Math.floor(done.length / REDUCTION))
      .flatMap(({ id }) => {
        const candidate = isOpen(id, level) ? find(id) : null
        return candidate ? [{ ...candidate, epochs: level + 1 === last ? null : rungs[level + 1] }] : []
      })
  }
  return {
    update(completed, leased) {
      const [ended, out] = [[...completed], [...leased]]
      active = new Set(out)
      for (const { id, validationAccuracy, epochs = null } of ended) {
        const level = epochs === null ? last : rungs.indexOf(epochs)
        known[level]?.set(id, validationAccuracy ?? known[level].get(id) ?? null)
      }
      rest.update(ended, out)
    },
    suggest(count) {
      // The highest rung first, as in the paper.
      const promoted = rungs.flatMap((_, index) => (index === 0 ? [] : promote(last - index))).slice(0, count)
      const first = last === 0 ? null : rungs[0]
      const added = promoted.length < count ? rest.suggest(count - promoted.length) : []
      return [...promoted, ...added.map((candidate) => ({ ...candidate, epochs: first }))]
    },
  }
}
