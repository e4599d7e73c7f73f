import { graphql, type ResultOf } from '../../api/graphql.js'

/** What changes with every event of a search. */
const HEAD = graphql(`
  fragment SearchHead on Search {
    id
    name
    algorithm
    replay
    state
    endReason
    budget
    completed
    failed
    waitingFor
    best { expression validationAccuracy }
  }
`)

const SUGGESTED = graphql(`
  fragment Suggested on Suggestion {
    id
    expression
    state
    worker
    leaseExpiresAt
    failure
    validationAccuracy
    predicted { mean standardDeviation }
    trainingJob { state progress waitingFor }
  }
`)

/** Costs about 1,200 units with 50 rows. */
export const SEARCH = graphql(
  `
  query SearchPage($id: ID!, $state: SuggestionState, $rows: Int!) {
    search(id: $id) {
      ...SearchHead
      seed
      replayValue
      replaySeed
      schemas
      createdAt
      dataset { name title statistics(bins: 1) { maximum } }
      history { step bestValidationAccuracy suggestion { validationAccuracy } }
      leased: suggestions(state: LEASED, first: 30) { totalCount nodes { ...Suggested } }
      suggestions(state: $state, last: $rows) { totalCount nodes { ...Suggested } }
    }
  }
`,
  [HEAD, SUGGESTED],
)

export const SEARCH_CHANGES = graphql(
  `
  subscription SearchChanges($id: ID!) {
    search(id: $id) { ...SearchHead }
  }
`,
  [HEAD],
)

export type SearchHead = ResultOf<typeof HEAD>
export type SearchDetails = NonNullable<ResultOf<typeof SEARCH>['search']>
export type SuggestedFunction = ResultOf<typeof SUGGESTED>
