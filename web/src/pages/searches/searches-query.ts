import { graphql, type ResultOf } from '../../api/graphql.js'

/** Costs about 8 units for each search. */
export const SEARCHES = graphql(`
  query Searches($dataset: String, $state: SearchState, $first: Int!, $after: String) {
    searches(dataset: $dataset, state: $state, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        name
        algorithm
        replay
        state
        budget
        completed
        createdAt
        dataset { name title }
        best { expression validationAccuracy }
      }
    }
    datasets(first: 50) { nodes { name title } }
  }
`)

export type ListedSearch = ResultOf<typeof SEARCHES>['searches']['nodes'][number]
