import type { SuggestedFunction } from '../../db/searches/search-suggestions.js'
import type { CompletedCandidate, SearchStrategy } from '../../surrogate/strategies/search-strategy.js'

/** What a search knows when it is asked: every suggestion that it made, in order. */
export type SearchKnowledge = readonly SuggestedFunction[]

/** Where a search's candidates come from, loaded before its lock is taken: using it reads nothing. */
export interface CandidateSource {
  /** The surrogate whose predictions decide; null where none does. */
  readonly surrogateId: number | null
  /** A strategy over the candidates as the search's own completed suggestions let them appear. */
  createStrategy(knowledge: SearchKnowledge): SearchStrategy
  /** Prepares further candidates for the next time; called when the answer is out. */
  prepareNext?(handedOut: number): Promise<void>
}

/** What a search has completed, in the order in which it did. */
export function listCompleted(knowledge: SearchKnowledge): CompletedCandidate[] {
  return knowledge
    .filter(({ step }) => step !== null)
    .sort((a, b) => (a.step as number) - (b.step as number))
    .map(({ identityHex, validationAccuracy }) => ({ id: identityHex, validationAccuracy }))
}
