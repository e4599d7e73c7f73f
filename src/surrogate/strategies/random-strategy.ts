import { type Candidates, computeOrderKey, createTakenIds, type SearchStrategy, takeFirst } from './search-strategy.js'

/** Suggests candidates in a random order that depends on the seed: uniform, without replacement. */
export function createRandomStrategy(candidates: Candidates, seed: number): SearchStrategy {
  const taken = createTakenIds()
  return {
    update: taken.update,
    suggest: (count) =>
      takeFirst(
        candidates,
        count,
        ({ id }) => !taken.has(id),
        (left, right) =>
          computeOrderKey(seed, left.id) - computeOrderKey(seed, right.id) || compareIds(left.id, right.id),
      ),
  }
}

function compareIds(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}
