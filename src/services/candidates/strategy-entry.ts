import type { Database, Db } from '../../db/connection/client.js'
import type { Dataset, Search } from '../../db/generated/client.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import type { Replay, ReplayInput } from '../../surrogate/replay/replay.js'
import type { Rating } from '../../surrogate/strategies/improvement-strategy.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import type { UploadedRanking } from '../../surrogate/strategies/uploaded-strategy.js'
import type { CandidateSource } from './candidate-source.js'

/** Everything that the service knows about one search algorithm. See `strategies.ts`. */
export interface StrategyEntry {
  /** One sentence for the reference of the API. */
  readonly description: string
  /** How it rates functions if it learns from other datasets. Absent if it cannot. */
  readonly rateTransferred?: Rating
  /** How it ranks the predictions of an uploaded surrogate. Absent if it cannot use one. */
  readonly ranksUploads?: UploadedRanking
  /** Whether its suggestions have epochs, so that bad functions are trained for few of them only. */
  readonly halves?: boolean
  /** A search among all functions of its schemas. */
  readonly live: LiveSearch
  /** A search among the measured functions of a dataset, which reveals their metrics one by one. */
  readonly replay: ReplayedSearch
}

export interface LiveSearch {
  /** Throws SURROGATE_UNAVAILABLE if the dataset lacks a surrogate that a new search must have. */
  requireSurrogate?(db: Db, dataset: Dataset): Promise<SurrogateRow>
  /** The surrogate that predicts for a search; null if the dataset has none yet. Absent if the algorithm uses no surrogate. */
  findSurrogate?(db: Db, datasetId: number): Promise<SurrogateRow | null>
  /** Whether a search evaluates the baselines first. */
  readonly startsWithBaselines: boolean
  openSource(request: SourceRequest): Promise<CandidateSource>
}

export interface SourceRequest {
  readonly database: Database
  readonly search: Search
  /** The result of `findSurrogate`; null if it is absent. */
  readonly surrogate: SurrogateRow | null
  /** Suggestions that the search has made so far. */
  readonly suggested: number
  /** Baselines that the dataset has not measured; empty unless `startsWithBaselines`. */
  readonly baselines: readonly Candidate[]
}

export interface ReplayedSearch {
  /** Throws SURROGATE_UNAVAILABLE if the dataset lacks a surrogate that a new replay must have. */
  requireSurrogate?(db: Db, dataset: Dataset): Promise<SurrogateRow>
  /** The surrogate whose map the replay uses; null if the dataset has none. Absent if the algorithm uses no surrogate. */
  findSurrogate?(db: Db, datasetId: number): Promise<SurrogateRow | null>
  open(input: ReplayInput): Promise<Replay>
}
