import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { openTestApi } from '../support/api.js'
import { createBenchmark, fitBenchmark } from '../support/benchmark.js'
import { interceptStatements } from '../support/intercept-statements.js'

/** Counts the statements of a query: the minimum of three times, because timers of the server also send statements. */
async function countStatements(pool: pg.Pool, work: () => Promise<void>): Promise<number> {
  const counts = []
  for (let i = 0; i < 3; i++) counts.push(await countOnce(pool, work))
  return Math.min(...counts)
}

/** Reads of the states of datasets that come at the same moment share a statement, so their number depends on the moment. */
const STATES = /as "state" from "datasets"/

async function countOnce(pool: pg.Pool, work: () => Promise<void>): Promise<number> {
  let count = 0
  const stop = interceptStatements(pool, (text, run) => {
    if (!STATES.test(text)) count++
    return run()
  })
  try {
    await work()
  } finally {
    stop()
  }
  return count
}

test('the number of statements for a page does not grow with its rows', async (t) => {
  const api = await openTestApi(t)
  const benchmark = await createBenchmark(api.database, 70, 60)
  await fitBenchmark(api.database, benchmark)
  const queries = {
    leaderboard: `query ($first: Int!) { datasets(first: 1) { nodes { leaderboard(first: $first) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes {
        id rank rankByLoss: rank(metric: TEST_LOSS) value(of: MEAN) tieGroup shrunk { value } expression validationAccuracy dataset { name evaluationCount }
        prediction { mean basedOn { expression activation { expression } } surrogate { version } }
        runs { seed evaluation { id } trainingJob { id } epochs { epoch validationAccuracy } }
        activation {
          id expression equivalents(first: 3) { totalCount nodes } outputs { length }
          fisherSpectrum(dataset: "synthetic") { length } evaluation(dataset: "synthetic") { id }
          evaluations { id dataset { id } }
        }
      }
    } } } }`,
    activations: `query ($first: Int!) { activations(first: $first) { nodes {
      id evaluation(dataset: "synthetic") { rank runs { id } } equivalents { totalCount } outputs { base64 }
    } } }`,
    map: `query ($first: Int!) { dataset(name: "synthetic") { surrogate {
      embedding(first: $first) { nodes { x y predictedMean activation { expression evaluations { id } } } }
      predictions(first: $first) { nodes { mean measured position { x } basedOn { id } activation { expression } } }
    } } }`,
  }
  for (const [name, query] of Object.entries(queries)) {
    const counts = []
    for (const first of [1, 50]) {
      const statements = await countStatements(api.database.pool, async () => {
        const { errors } = await api.ask(query, { first })
        assert.deepEqual(errors, [])
      })
      counts.push(statements)
    }
    assert.equal(counts[1], counts[0], `${name}: ${counts[0]} statements for 1 row, ${counts[1]} for 50`)
    t.diagnostic(`${name}: ${counts[0]} statements`)
  }
})

test('a plain leaderboard costs few statements', async (t) => {
  const api = await openTestApi(t)
  await createBenchmark(api.database)
  const statements = await countStatements(api.database.pool, async () => {
    const { errors } = await api.ask(
      '{ dataset(name: "synthetic") { leaderboard { nodes { rank expression validationAccuracy activation { id } } } } }',
    )
    assert.deepEqual(errors, [])
  })
  assert.equal(
    statements,
    4,
    'one for the budget, one for the dataset, one for the page with its activations, one for the ranks',
  )
})

test('a list reads only the vectors that the query selects', async (t) => {
  const api = await openTestApi(t)
  await createBenchmark(api.database)
  const texts: string[] = []
  interceptStatements(api.database.pool, (text, run) => {
    texts.push(text)
    return run()
  })
  await api.ask(`{
    activations { totalCount nodes { id expression evaluations { id rank } equivalents { nodes } } }
    datasets { nodes { leaderboard { nodes { activation { expression } runs { id } } } statistics { count } } }
  }`)
  assert.ok(texts.length > 4)
  for (const text of texts) assert.doesNotMatch(text, /activation_outputs|fisher_spectra|artifact/)
})
