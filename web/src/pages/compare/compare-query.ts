import { graphql, type ResultOf } from '../../api/graphql.js'

export const DATASETS = graphql(`
  query ComparedDatasets {
    datasets(first: 12) { nodes { name title seedNoise { standardDeviation } } }
  }
`)

export const COMPARE = graphql(`
  query Compare($expressions: [String!]!, $datasets: [String!]!) {
    compare(expressions: $expressions, datasets: $datasets) {
      activation { expression names }
      evaluations { validationAccuracy standardDeviation runCount rank dataset { name evaluationCount } }
    }
  }
`)

export type ComparedDataset = ResultOf<typeof DATASETS>['datasets']['nodes'][number]
export type Compared = ResultOf<typeof COMPARE>['compare'][number]
export type ComparedEvaluation = NonNullable<Compared>['evaluations'][number]
