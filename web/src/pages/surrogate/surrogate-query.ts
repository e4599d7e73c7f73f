import { graphql, type ResultOf } from '../../api/graphql.js'

/** Costs about 100 units. */
export const VERSIONS = graphql(`
  query SurrogateVersions($name: String!) {
    dataset(name: $name) {
      name
      title
      surrogate { version }
      surrogates(first: 30) {
        totalCount
        nodes {
          version
          algorithm
          features
          state
          progress
          failure
          trainedOn
          leftOut
          candidates
          fittedAt
          fitSeconds
          quality { spearman kendall meanAbsoluteError topRecall intervalCoverage folds }
        }
      }
    }
  }
`)

/** The predictions of measured functions: the highest and the lowest. 700 of each cost 1,650 units. */
export const PREDICTED = graphql(`
  query Predicted($name: String!, $version: Int!, $rows: Int!) {
    dataset(name: $name) {
      surrogate(version: $version) {
        version
        highest: predictions(evaluated: true, first: $rows) {
          totalCount
          nodes { expression mean standardDeviation measured }
        }
        lowest: predictions(evaluated: true, last: $rows) {
          nodes { expression mean standardDeviation measured }
        }
      }
    }
  }
`)

export const REFIT = graphql(`
  mutation Refit($input: UpdateSurrogateInput!) {
    updateSurrogate(input: $input) { surrogate { version state } }
  }
`)

export const SURROGATE_CHANGES = graphql(`
  subscription SurrogateChanges($name: String!) {
    surrogateUpdated(dataset: $name) { version state }
  }
`)

export type SurrogateVersion = NonNullable<ResultOf<typeof VERSIONS>['dataset']>['surrogates']['nodes'][number]
