import { createHalvingStrategy } from '../strategies/halving-strategy.js'
import { createRandomStrategy } from '../strategies/random-strategy.js'
import type { Replay, ReplayTable } from './replay.js'

/** Successive halving of candidates in random order. */
export function replayHalving({ candidates }: ReplayTable, rungs: readonly number[], seed: number): Replay {
  const known = new Map(candidates.map((candidate) => [candidate.id, candidate]))
  const find = (id: string) => known.get(id) ?? null
  return {
    createStrategy: () => createHalvingStrategy({ rungs, rest: createRandomStrategy(candidates, seed), find }),
  }
}
