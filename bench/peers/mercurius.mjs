// The same reads with mercurius and graphql-jit: a schema with only the types of the questions, and a loader with one
// statement of only the columns that a question needs for each relation. There are no prices, keys, limits or logs.
import process from 'node:process'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { openService, reportTo } from './measured.mjs'

const service = await openService(process.argv[2])
const rowsOf = async (name, text, values) => (await service.pool.query({ name, text, values })).rows

const schema = `
  type Query { dataset(name: String!): Dataset  activation(expression: String!): Activation }
  type Dataset { id: ID!  name: String!  leaderboard(first: Int): EvaluationConnection!
    statistics(bins: Int): MetricStatistics!  groups(by: GroupKey!): [MetricGroup!]! }
  enum GroupKey { OPERATOR DEPTH }
  type EvaluationConnection { nodes: [Evaluation!]! }
  type Evaluation { id: ID!  expression: String!  trainAccuracy: Float  validationAccuracy: Float  validationLoss: Float
    testAccuracy: Float  runtimeSeconds: Float  activation: Activation!  dataset: Dataset!  runs: [Run!]! }
  type Run { id: ID!  seed: Int  validationAccuracy: Float  epochs: [EpochMetrics!]! }
  type EpochMetrics { epoch: Int!  validationAccuracy: Float }
  type Activation { id: ID!  expression: String!  depth: Int!  operators: [String!]!  evaluations: [Evaluation!]!
    neighbours(first: Int): [Neighbour!]! }
  type Neighbour { distance: Float!  activation: Activation! }
  type MetricStatistics { count: Int!  minimum: Float  maximum: Float  mean: Float  standardDeviation: Float
    quartiles: [Float!]!  histogram: [Bin!]! }
  type Bin { from: Float!  to: Float!  count: Int! }
  type MetricGroup { key: String!  statistics: MetricStatistics! }
`
const toId = (type, key) => Buffer.from(`${type}:${key}`).toString('base64url')
const ACTIVATION = `a.id, encode(a.identity, 'hex') as identity, a.expression, a.depth, a.operators`
const EVALUATION = `e.id, e.dataset_id, e.activation_id, e.expression, e.train_accuracy as "trainAccuracy",
  e.validation_accuracy as "validationAccuracy", e.validation_loss as "validationLoss", e.test_accuracy as "testAccuracy",
  e.runtime_seconds as "runtimeSeconds"`

/** One statement for all keys of a loader; `many` for lists. */
const loadBy = (name, text, keyOf, many) => async (queries) => {
  const rows = await rowsOf(name, text, [queries.map(({ obj }) => keyOf(obj))])
  const found = new Map()
  for (const row of rows) {
    if (!many) found.set(row.key, row)
    else if (found.has(row.key)) found.get(row.key).push(row)
    else found.set(row.key, [row])
  }
  return queries.map(({ obj }) => found.get(keyOf(obj)) ?? (many ? [] : null))
}

const resolvers = {
  Query: {
    dataset: async (_, { name }) =>
      (await rowsOf('dataset', 'select id, name from datasets where name = $1', [name]))[0],
    activation: async (_, { expression }) =>
      (
        await rowsOf(
          'spelling',
          `select ${ACTIVATION} from expressions x join activations a on a.id = x.activation_id where x.text = $1`,
          [expression],
        )
      )[0],
  },
  Dataset: {
    leaderboard: async ({ id }, { first }) => ({
      nodes: await rowsOf(
        'leaderboard',
        `select ${EVALUATION} from evaluations e where e.dataset_id = $1
         order by e.validation_accuracy desc nulls last, e.id limit $2`,
        [id, first],
      ),
    }),
    statistics: ({ id }, { bins }) => service.statistics(id, bins),
    groups: ({ id }, { by }) => service.groups(id, by),
  },
  Evaluation: { id: ({ id }) => toId('Evaluation', id) },
  Activation: {
    id: ({ identity }) => toId('Activation', identity),
    neighbours: ({ expression }, { first }) => service.neighbours(expression, first),
  },
}
const uncached = (loader) => ({ loader, opts: { cache: false } })
const loaders = {
  Evaluation: {
    activation: uncached(
      loadBy(
        'activations',
        `select a.id as key, ${ACTIVATION} from activations a where a.id = any ($1::int[])`,
        (row) => row.activation_id,
      ),
    ),
    dataset: uncached(
      loadBy(
        'datasets',
        'select id as key, id, name from datasets where id = any ($1::int[])',
        (row) => row.dataset_id,
      ),
    ),
    runs: uncached(
      loadBy(
        'runs',
        `select r.evaluation_id as key, r.id, r.seed, r.validation_accuracy as "validationAccuracy" from runs r
         where r.evaluation_id = any ($1::int[]) order by r.seed, r.id`,
        (row) => row.id,
        true,
      ),
    ),
  },
  Run: {
    epochs: uncached(
      loadBy(
        'epochs',
        `select c.run_id as key, c.epoch, c.validation_accuracy as "validationAccuracy" from run_epochs c
         where c.run_id = any ($1::int[]) order by c.epoch`,
        (row) => row.id,
        true,
      ),
    ),
  },
  Activation: {
    evaluations: uncached(
      loadBy(
        'evaluations',
        `select e.activation_id as key, ${EVALUATION} from evaluations e where e.activation_id = any ($1::int[])
         order by e.dataset_id, e.id`,
        (row) => row.id,
        true,
      ),
    ),
  },
  Neighbour: {
    activation: uncached(
      loadBy(
        'activations',
        `select a.id as key, ${ACTIVATION} from activations a where a.id = any ($1::int[])`,
        (row) => row.activationId,
      ),
    ),
  },
}

const app = Fastify()
app.register(mercurius, { schema, resolvers, loaders, jit: 1 })
await app.listen({ port: 0, host: '127.0.0.1' })
reportTo(process, app.server.address().port)
