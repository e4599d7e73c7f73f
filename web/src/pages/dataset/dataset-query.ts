import { graphql, type ResultOf } from '../../api/graphql.js'

/** What the table shows of a row after it came into view. */
const DETAILS = graphql(`
  fragment RowDetails on Evaluation {
    rank(metric: $metric)
    rankInterval(metric: $metric) { best worst }
    tieGroup(metric: $metric)
    standardDeviation(metric: $metric)
    prediction { mean standardDeviation }
    runCount
    activation { names }
  }
`)

/** What the table knows of every row. */
const VALUES = graphql(`
  fragment RowValues on Evaluation {
    id
    expression
    trainAccuracy
    validationAccuracy
    testAccuracy
    trainLoss
    validationLoss
    testLoss
    runtimeSeconds
  }
`)

export const DATASET = graphql(`
  query DatasetPage($name: String!) {
    dataset(name: $name) {
      name
      title
      description
      architecture
      task
      origin
      evaluationCount
      trainable
      version
      updatedAt
      license
      citation
      sourceUrl
      seedNoise { standardDeviation evaluations runs }
      statistics(bins: 60) { quartiles maximum minimum histogram { from to count } }
      groups(by: OPERATOR) { key statistics { count quartiles maximum } }
    }
  }
`)

/** Rows in an order, from an offset. The details of 30 rows cost 850 units, the values of 200 rows 300. */
export const ROWS = graphql(
  `
  query Rows(
    $name: String!
    $metric: Metric!
    $order: EvaluationOrder!
    $filter: EvaluationFilter
    $first: Int!
    $offset: Int!
    $withDetails: Boolean!
  ) {
    dataset(name: $name) {
      evaluations(orderBy: $order, filter: $filter, first: $first, offset: $offset) {
        totalCount
        nodes { ...RowValues ...RowDetails @include(if: $withDetails) }
      }
    }
  }
`,
  [VALUES, DETAILS],
)

export const CHANGES = graphql(
  `
  subscription Changes($name: String!, $since: DateTime) {
    evaluations(dataset: $name, since: $since) { ...RowValues }
  }
`,
  [VALUES],
)

export const FIND = graphql(`
  query Find($name: String!, $expression: String!, $metric: Metric!) {
    dataset(name: $name) {
      evaluation(expression: $expression) { id expression validationAccuracy rank(metric: $metric) rankInterval(metric: $metric) { best worst } }
    }
    activation(expression: $expression) {
      expression
      prediction(dataset: $name) { mean standardDeviation }
    }
  }
`)

export type DatasetDetails = NonNullable<ResultOf<typeof DATASET>['dataset']>
export type RowValues = ResultOf<typeof VALUES>
export type RowDetails = ResultOf<typeof DETAILS>
