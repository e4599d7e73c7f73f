/** A question of bench/reads.ts, as each server is asked it. */
export interface ReadQuestion {
  readonly name: string
  /** For actbench and mercurius, whose schemas have the same names here. */
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** For PostGraphile, which names fields by the tables; null if it needs functions that nobody wrote for it. */
  readonly postgraphile: string | null
}

const EXPRESSION = 'max(softplus(x),tanh(x))'
const POSTGRAPHILE_PAGE = 'allDatasets(condition: { name: "mini-cnn" }) { nodes { evaluationsByDatasetId'

/** The five questions, in the order in which bench/peers/plain-sql.mjs numbers them. */
export const READ_QUESTIONS: readonly ReadQuestion[] = [
  {
    name: 'leaderboard of 20 with activations',
    query: `{ dataset(name: "mini-cnn") { leaderboard(first: 20) { nodes {
      id expression validationAccuracy testAccuracy activation { id expression depth operators } } } } }`,
    postgraphile: `{ ${POSTGRAPHILE_PAGE}(first: 20, orderBy: [VALIDATION_ACCURACY_DESC]) { nodes { id expression
      validationAccuracy testAccuracy activation: activationByActivationId { id expression depth operators } } } } } }`,
  },
  {
    name: 'leaderboard of 100, six fields',
    query: `{ dataset(name: "mini-cnn") { leaderboard(first: 100) { nodes {
      id expression validationAccuracy validationLoss testAccuracy runtimeSeconds } } } }`,
    postgraphile: `{ ${POSTGRAPHILE_PAGE}(first: 100, orderBy: [VALIDATION_ACCURACY_DESC]) { nodes {
      id expression validationAccuracy validationLoss testAccuracy runtimeSeconds } } } } }`,
  },
  {
    name: 'leaderboard of 100 with runs and epochs',
    query: `{ dataset(name: "mini-cnn") { leaderboard(first: 100) { nodes { expression validationAccuracy
      runs { seed validationAccuracy epochs { epoch validationAccuracy } } } } } }`,
    postgraphile: `{ ${POSTGRAPHILE_PAGE}(first: 100, orderBy: [VALIDATION_ACCURACY_DESC]) { nodes { expression
      validationAccuracy runs: runsByEvaluationId(orderBy: [SEED_ASC]) { nodes { seed validationAccuracy
      epochs: runEpochesByRunId(orderBy: [EPOCH_ASC]) { nodes { epoch validationAccuracy } } } } } } } } }`,
  },
  {
    name: 'one function by spelling, with neighbours and evaluations',
    query: `query ($expression: String!) { activation(expression: $expression) { id expression operators depth
      neighbours(first: 10) { distance activation { id expression } }
      evaluations { id dataset { name } validationAccuracy testAccuracy } } }`,
    variables: { expression: EXPRESSION },
    postgraphile: null,
  },
  {
    name: 'statistics with groups',
    query: `{ dataset(name: "mini-cnn") {
      statistics(bins: 20) { count minimum maximum mean standardDeviation quartiles histogram { from to count } }
      groups(by: OPERATOR) { key statistics { count mean quartiles } } } }`,
    postgraphile: null,
  },
]
