import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openDatabase } from '../../../src/db/connection/client.js'
import { followReplica } from '../../../src/db/connection/read-replica.js'
import { openTestApi } from '../../support/api.js'
import { openReplicatedPostgres } from '../../support/standby.js'
import { waitUntil } from '../../support/wait-until.js'

const postgres = await openReplicatedPostgres()
const primary = openDatabase(postgres.primary.url)
const standby = openDatabase(postgres.standby.url)
const news: boolean[] = []
const api = await openTestApi(undefined, primary, {
  rateLimit: 0,
  openReplica: (events) =>
    followReplica(openDatabase(postgres.standby.url, { connectSeconds: 2 }), {
      ...{ primary, tables: events.tables, maxLagSeconds: 2 },
      onChange: (isUsable) => void news.push(isUsable),
    }),
})
after(async () => {
  await standby.close()
  await primary.close()
  await postgres.close()
})
const secret = await api.createKey('DATASET')
const create = 'createDataset(input: { name: "own", title: "0", description: "d", architecture: "a", task: "t" })'
assert.deepEqual((await api.ask(`mutation { ${create} { dataset { id } } }`, {}, secret)).errors, [])

const TITLE = '{ dataset(name: "own") { title evaluationCount } }'
const titleOf = async (key?: string) => {
  const { data, errors } = await api.ask(TITLE, {}, key)
  assert.deepEqual(errors, [])
  return data.dataset.title as string
}
const rename = async (title: string) => {
  const update = `mutation { updateDataset(input: { dataset: "own", title: "${title}" }) { dataset { title } } }`
  assert.deepEqual((await api.ask(update, {}, secret)).errors, [])
}

async function readMetric(name: string): Promise<number> {
  const text = await api.app.gate.metrics.write()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? 0 : Number(line.slice(name.length + 1))
}
const countReads = (result: string) => readMetric(`actbench_replica_reads_total{result="${result}"}`)
/** Waits until a query was answered by the replica. */
const waitForReplica = async () => {
  const count = await countReads('replica')
  await waitUntil(async () => {
    await titleOf()
    return (await countReads('replica')) > count
  })
}

test('queries read from the replica, and everybody sees each write that was answered', async () => {
  await waitForReplica()
  for (let i = 1; i <= 20; i++) {
    await rename(String(i))
    assert.equal(await titleOf(secret), String(i))
    assert.equal(await titleOf(), String(i))
    if (i % 5 === 0) await waitForReplica()
  }
  assert.ok((await countReads('primary')) > 0)
  assert.deepEqual([...new Set(news)], [true])
})

test('what a query records, and what depends on more than tables, goes to the primary', async () => {
  await waitForReplica()
  const { data } = await api.ask('{ activation(expression: "tanh(erf(x))") { id } }')
  const { data: found, errors } = await api.ask(
    'query ($id: ID!) { node(id: $id) { ...on Activation { expression } } }',
    {
      id: data.activation.id,
    },
  )
  assert.deepEqual([errors, found.node.expression], [[], 'tanh(erf(x))'])
  const before_ = await countReads('replica')
  for (const query of ['{ service { name } }', '{ rateLimit { cost } }', '{ trainingJobs { nodes { id } } }']) {
    assert.deepEqual((await api.ask(query)).errors, [])
  }
  assert.equal(await countReads('replica'), before_)
  const missing = await api.ask('{ dataset(name: "none") { id } }')
  assert.equal(missing.errors[0].extensions.code, 'NOT_FOUND')
})

test('while the replica applies nothing, changed tables are read from the primary, and all after the longest lag', async () => {
  await waitForReplica()
  await standby.pool.query('SELECT pg_wal_replay_pause()')
  await rename('paused')
  for (let i = 0; i < 3; i++) assert.equal(await titleOf(i % 2 === 0 ? secret : undefined), 'paused')
  await waitUntil(async () => (await readMetric('actbench_replica_lag_seconds')) > 2)
  const count = await countReads('replica')
  assert.deepEqual((await api.ask('{ activation(expression: "tanh(x)") { expression depth } }')).errors, [])
  assert.equal(await countReads('replica'), count)
  await waitUntil(() => news.at(-1) === false)
  await standby.pool.query('SELECT pg_wal_replay_resume()')
  await waitForReplica()
  assert.equal(await titleOf(), 'paused')
  assert.ok((await readMetric('actbench_replica_lag_seconds')) <= 2)
})

test('a primary is not taken for a replica', async () => {
  const usable: boolean[] = []
  const events = { now: () => 1, isUnchanged: () => true, onLoss: () => {} }
  const other = followReplica(openDatabase(postgres.primary.url), {
    ...{ primary, tables: events, maxLagSeconds: 10 },
    onChange: (isUsable) => void usable.push(isUsable),
  })
  await new Promise((done) => setTimeout(done, 1000))
  assert.deepEqual([other.isCurrent([]), other.lagSeconds(), usable], [false, null, []])
  await other.close()
})

test('when the replica ends, queries are answered by the primary', async () => {
  await waitForReplica()
  let isOver = false
  const reading = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!isOver) assert.equal(await titleOf(), 'paused')
    }),
  )
  await postgres.standby.close()
  await waitUntil(() => news.at(-1) === false)
  isOver = true
  await reading
  const count = await countReads('replica')
  assert.equal(await titleOf(), 'paused')
  assert.equal(await countReads('replica'), count)
  assert.equal(await readMetric('actbench_replica_lag_seconds'), 0)
})
