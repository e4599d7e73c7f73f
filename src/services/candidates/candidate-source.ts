import type { SuggestedFunction } from '../../db/searches/search-suggestions.js'
import type { CompletedCandidate, SearchStrategy } from '../../surrogate/strategies/search-strategy.js'
import type { ActivationDescription } from '../activations/describe-activation.js'

/** All suggestions that a search has made so far, oldest first. */
export type SearchKnowledge = readonly SuggestedFunction[]

/** Where a search's candidates come from. It is loaded before the search is locked; using it reads nothing. */
export interface CandidateSource {
  /** The surrogate that makes the predictions; null if missing. */
  readonly surrogateId: number | null
  /** Whether its strategies suggest every function of the search before they suggest none. */
  readonly isExhaustive: boolean
  /** A strategy over the candidates, given what the search has suggested and completed so far. */
  createStrategy(knowledge: SearchKnowledge): SearchStrategy
  /** Predicts functions of the schemas by their outputs, in their order. Absent without a surrogate. */
  predict?(functions: readonly ActivationDescription[]): Promise<readonly (number | null)[]>
  /** Prepares candidates for the next suggestion. Called after the response, with the number of suggestions made. */
  prepareNext?(suggested: number): Promise<void>
}

/** The completed suggestions of a search, in the order of completion. */
export function listCompleted(knowledge: SearchKnowledge): CompletedCandidate[] {
  return knowledge
    .filter(({ step }) => step !== null)
    .sort((a, b) => (a.step as number) - (b.step as number))
    .map(({ identityHex, validationAccuracy, epochs }) => ({ id: identityHex, validationAccuracy, epochs }))
}
