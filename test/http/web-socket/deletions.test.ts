import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FormattedExecutionResult } from 'graphql'
import { openTestApi } from '../../support/api.js'
import { countSubscriptions } from '../../support/fixtures/client-fixture.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'
import { waitUntil } from '../../support/wait-until.js'

const api = await openTestApi()
const secret = await api.createKey('ADMIN')
let made = 0

async function begin(...accuracies: number[]): Promise<string> {
  const name = `mine-${++made}`
  const create = `mutation { createDataset(input: { name: "${name}", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } } }`
  assert.deepEqual((await api.ask(create, {}, secret)).errors, [])
  for (const accuracy of accuracies) await add(name, accuracy)
  return name
}

const add = (name: string, accuracy: number) =>
  api.ask(
    `mutation { addEvaluation(input: { dataset: "${name}", expression: "relu(x)", validationAccuracy: ${accuracy} }) { evaluation { id } } }`,
    {},
    secret,
  )
const remove = async (name: string) =>
  assert.deepEqual((await api.ask(`mutation { deleteDataset(name: "${name}") { name } }`, {}, secret)).errors, [])

/** Waits until the server listens for the changes of so many subscriptions. Those of earlier tests end by themselves. */
const untilOpen = (count: number) => waitUntil(async () => (await countSubscriptions(api)) === count)

/** The events of a stream until it ends by itself; graphql-ws throws the errors of a stream that failed at its start. */
async function readAll(stream: AsyncIterable<FormattedExecutionResult>): Promise<FormattedExecutionResult[]> {
  const events: FormattedExecutionResult[] = []
  for await (const event of stream) events.push(event)
  return events
}

const deleted = (events: FormattedExecutionResult[], argument: string) =>
  assert.deepEqual(
    events.at(-1)?.errors?.map(({ extensions }) => extensions),
    [{ code: 'NOT_FOUND', argument }],
  )

test('subscriptions to the evaluations and surrogates of a dataset end with NOT_FOUND when it is deleted', async (t) => {
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const name = await begin(0.5)
  const other = await begin()
  const streams = ['evaluations', 'surrogateUpdated', 'trainingJobs'].map((field) =>
    readAll(socket.open(`subscription { ${field}(dataset: "${name}") { id } }`)),
  )
  const untouched = socket.open(`subscription { evaluations(dataset: "${other}") { validationAccuracy } }`)
  const next = untouched.next()
  await untilOpen(4)
  await remove(name)
  for (const events of await Promise.all(streams)) deleted(events, 'dataset')
  // A new dataset of the same name is another dataset, and other subscriptions continue.
  await add(other, 0.25)
  assert.deepEqual((await next).value?.data, { evaluations: { validationAccuracy: 0.25 } })
  await untouched.return?.()
})

test('a subscription to a training job ends with NOT_FOUND when its dataset is deleted', async (t) => {
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const { name } = await createTrainable(api.database, 'tiny')
  const train = `mutation { trainActivation(input: { dataset: "${name}", expression: "mish(x)" }) { jobs { id } } }`
  const { id } = (await api.ask(train, {}, secret)).data.trainActivation.jobs[0]
  const stream = socket.open(`subscription { trainingJob(id: "${id}") { state } }`)
  assert.deepEqual((await stream.next()).value?.data, { trainingJob: { state: 'QUEUED' } })
  await remove(name)
  deleted(await readAll(stream), 'id')
})

test('a subscription to a search ends with NOT_FOUND when the search is deleted', async (t) => {
  const socket = await openTestSocket(api, { authorization: `Bearer ${secret}` })
  t.after(() => socket.close())
  const name = await begin(0.5)
  const create = `mutation { createSearch(input: { dataset: "${name}", algorithm: RANDOM }) { search { id } } }`
  const { id } = (await api.ask(create, {}, secret)).data.createSearch.search
  const stream = socket.open(`subscription { search(id: "${id}") { state } }`)
  assert.deepEqual((await stream.next()).value?.data, { search: { state: 'ACTIVE' } })
  assert.deepEqual((await api.ask(`mutation { deleteSearch(id: "${id}") { id } }`, {}, secret)).data, {
    deleteSearch: { id },
  })
  deleted(await readAll(stream), 'id')
})

test('a subscription of a key that is revoked ends at the next event', async (t) => {
  const made = 'mutation { createApiKey(input: { name: "brief", scopes: [SEARCH] }) { apiKey { id } secret } }'
  const { apiKey, secret: brief } = (await api.ask(made, {}, secret)).data.createApiKey
  const socket = await openTestSocket(api, { authorization: `Bearer ${brief}` })
  t.after(() => socket.close())
  const name = await begin(0.4)
  const since = 'since: "2000-01-01T00:00:00Z"'
  const stream = socket.open(`subscription { evaluations(dataset: "${name}", ${since}) { id } }`)
  // Its first event says that it has begun. A key that is revoked before would be refused.
  assert.ok((await stream.next()).value?.data)
  await api.ask(`mutation { revokeApiKey(id: "${apiKey.id}") { apiKey { id } } }`, {}, secret)
  await add(name, 0.5)
  const [event, ...others] = await readAll(stream)
  assert.deepEqual(others, [])
  assert.equal(event.data, undefined)
  assert.equal(event.errors?.[0].extensions?.code, 'UNAUTHENTICATED')
})

test('a dataset that was deleted while the database was away is noticed afterwards', async (t) => {
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const name = await begin(0.5)
  const events = readAll(socket.open(`subscription { evaluations(dataset: "${name}") { id } }`))
  await untilOpen(1)
  // The listening connection is lost, and the dataset is deleted without a notification.
  await api.database.pool.query(`
    alter table datasets disable trigger datasets_notify_deleted;
    delete from datasets where name = '${name}';
    alter table datasets enable trigger datasets_notify_deleted;
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'actbench-events' and datname = current_database()`)
  deleted(await events, 'dataset')
})

test('after a deleted run the subscriber gets the new medians, and after the last one the evaluation without metrics', async (t) => {
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const name = await begin(0.2, 0.4)
  const query = `{ dataset(name: "${name}") { evaluation(expression: "relu(x)") { id runs { id } } } }`
  const { id, runs } = (await api.ask(query)).data.dataset.evaluation
  const fields =
    'id expression validationAccuracy rank runs { id } dataset { name } activation { expression } prediction { mean }'
  const stream = socket.open(`subscription { evaluations(dataset: "${name}") { ${fields} } }`)
  // The news of the runs that were added may arrive late, as one more event with the old state.
  const withRuns = async (count: number) => {
    for (;;) {
      const data = (await stream.next()).value?.data as { evaluations: { runs: unknown[] } }
      if (data.evaluations.runs.length === count) return data
    }
  }
  const first = withRuns(1)
  await untilOpen(1)
  const drop = async (run: string) =>
    assert.deepEqual((await api.ask(`mutation { deleteRun(id: "${run}") { id } }`, {}, secret)).data, {
      deleteRun: { id: run },
    })
  await drop(runs[0].id)
  const left = { id, expression: 'relu(x)', dataset: { name }, activation: { expression: 'relu(x)' }, prediction: null }
  assert.deepEqual(await first, {
    evaluations: { ...left, validationAccuracy: 0.4, rank: 1, runs: [{ id: runs[1].id }] },
  })
  const second = withRuns(0)
  await drop(runs[1].id)
  assert.deepEqual(await second, {
    evaluations: { ...left, validationAccuracy: null, rank: null, runs: [] },
  })
  await stream.return?.()
})
