import type { Candidate, CompletedCandidate, SearchStrategy } from '../strategies/search-strategy.js'
import type { MapPoint } from '../surrogate-method.js'
import type { TransferSource } from '../transfer/transfer-trend.js'
import type { ReplayedFeatures } from './replayed-features.js'

/** Measured functions whose measurements a replay reveals one by one. */
export interface ReplayTable {
  readonly candidates: readonly Candidate[]
  /** The candidates that a search tries first, in this order. */
  readonly baselines: readonly Candidate[]
}

/** Points of a map by the ids of their functions. */
export type MapPoints = ReadonlyMap<string, MapPoint>

/** Everything that a replayed search may need. Each strategy calls only the loaders that it uses. */
export interface ReplayInput {
  readonly table: ReplayTable
  readonly seed: number
  /** Epochs after which a strategy that halves compares functions; empty for the others. */
  readonly rungs: readonly number[]
  /** The map of the candidates; null if the dataset has no map. */
  loadMapPoints(): Promise<MapPoints | null>
  /** Features of the candidates, in their order. */
  loadFeatures(): Promise<ReplayedFeatures>
  /** What other datasets know of the candidates, in their order; empty without transfer. */
  loadTransfer(): Promise<readonly TransferSource[]>
}

/** The state that a search keeps between two requests. Every strategy that it makes must learn of all that ended. */
export interface Replay {
  /** Does the costly work before a strategy is made. Without it the strategy uses the earlier state. */
  prepare?(completed: readonly CompletedCandidate[]): Promise<void>
  createStrategy(): SearchStrategy
}
