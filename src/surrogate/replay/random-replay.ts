import { createRandomStrategy } from '../strategies/random-strategy.js'
import type { Replay, ReplayTable } from './replay.js'

/** Candidates in random order. */
export function replayRandom({ candidates }: ReplayTable, seed: number): Replay {
  return { createStrategy: () => createRandomStrategy(candidates, seed) }
}
