import { graphql, type ResultOf } from '../../api/graphql.js'

/** A search costs about 15 units, because its figures are counted. */
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
