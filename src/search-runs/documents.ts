/** A search, as the operations below return it. */
export interface SearchStatus {
  readonly id: string
  readonly name: string | null
  readonly state: 'ACTIVE' | 'COMPLETED' | 'STOPPED'
  readonly endReason: string | null
  readonly algorithm: string
  readonly budget: number
  readonly completed: number
  readonly failed: number
  readonly waitingFor: string | null
  readonly dataset: { readonly name: string }
  readonly best: { readonly expression: string; readonly validationAccuracy: number } | null
}

const STATUS = `id name state endReason algorithm budget completed failed waitingFor dataset { name }
  best { expression validationAccuracy }`

export const CREATE = `mutation CreateSearch($input: CreateSearchInput!) {
  createSearch(input: $input) { search { ${STATUS} } } }`

export const EXTEND = `mutation ExtendSearch($id: ID!, $budget: Int!) {
  extendSearch(id: $id, budget: $budget) { search { ${STATUS} } } }`

export const SEARCH = `query Search($id: ID!) { search(id: $id) { ${STATUS} } }`

export const REPORT = `mutation ReportEvaluation($input: ReportEvaluationInput!) {
  reportEvaluation(input: $input) { search { ${STATUS} } } }`

export const RENEW = `mutation RenewLease($id: ID!, $seconds: Int!) {
  renewLease(suggestionId: $id, leaseSeconds: $seconds) { suggestion { id } } }`

export const COMPLETED = `query Completed($id: ID!, $after: String) { search(id: $id) {
  suggestions(state: COMPLETED, first: 200, after: $after) {
    nodes { expression trainAccuracy trainLoss validationAccuracy validationLoss testAccuracy testLoss runtimeSeconds }
    pageInfo { hasNextPage endCursor } } } }`

/** Asks for the next suggestion with its code for each target. */
export function writeSuggest(targets: readonly string[]): string {
  const codes = targets.map((target) => `${target}: code(target: ${target}, normalizedFor: $normalizedFor)`).join(' ')
  return `mutation Suggest($input: SuggestInput!${targets.length > 0 ? ', $normalizedFor: String' : ''}) {
    suggest(input: $input) {
      suggestions { id expression epochs predicted { mean } activation { id ${codes} } }
      search { ${STATUS} } } }`
}
