import { graphql, type ResultOf } from '../../api/graphql.js'

export const DATASETS = graphql(`
  query ComparedDatasets {
    datasets(first: 12) { nodes { name title evaluationCount } }
  }
`)

export const COMPARE = graphql(`
  query Compare($expressions: [String!]!, $datasets: [String!]!) {
    compare(expressions: $expressions, datasets: $datasets) {
      evaluations { id validationAccuracy runCount rank }
    }
  }
`)

const DIFFERENCE = graphql(`
  fragment Difference on EvaluationComparison {
    difference
    standardError
    pValue
    adjustedPValue @include(if: $isMany)
    commonSeeds
    verdict
  }
`)

/** How evaluations differ from the best ones: `ids0` from those of the function `best0`, and so on for as many as are compared. */
export const DIFFERENCES = graphql(
  `
  query Differences(
    $isMany: Boolean!
    $ids0: [ID!]!, $best0: String!, $ids1: [ID!]!, $best1: String!, $ids2: [ID!]!, $best2: String!
    $ids3: [ID!]!, $best3: String!, $ids4: [ID!]!, $best4: String!, $ids5: [ID!]!, $best5: String!
  ) {
    from0: nodes(ids: $ids0) { ... on Evaluation { id comparedWith(expression: $best0) { ...Difference } } }
    from1: nodes(ids: $ids1) { ... on Evaluation { id comparedWith(expression: $best1) { ...Difference } } }
    from2: nodes(ids: $ids2) { ... on Evaluation { id comparedWith(expression: $best2) { ...Difference } } }
    from3: nodes(ids: $ids3) { ... on Evaluation { id comparedWith(expression: $best3) { ...Difference } } }
    from4: nodes(ids: $ids4) { ... on Evaluation { id comparedWith(expression: $best4) { ...Difference } } }
    from5: nodes(ids: $ids5) { ... on Evaluation { id comparedWith(expression: $best5) { ...Difference } } }
  }
`,
  [DIFFERENCE],
)

export type ComparedDataset = ResultOf<typeof DATASETS>['datasets']['nodes'][number]
export type Compared = ResultOf<typeof COMPARE>['compare'][number]
export type ComparedEvaluation = NonNullable<Compared>['evaluations'][number]
export type Difference = ResultOf<typeof DIFFERENCE>
