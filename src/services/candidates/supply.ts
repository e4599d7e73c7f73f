import type { CandidateSource } from './candidate-source.js'
import type { RemainingFunctions } from './remaining-functions.js'

/** Where the suggestions of a search come from. */
export interface Supply {
  readonly source: CandidateSource
  /** Null if the source suggests every function of the search. */
  readonly remaining: RemainingFunctions | null
  /** Whether scaled twins of known functions come last, because the networks of the dataset train them alike. */
  readonly sparesTwins?: boolean
}
