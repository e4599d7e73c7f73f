import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { printChanges } from '../../../src/commands/datasets/print-changes.js'
import { OPERATOR } from '../../../src/commands/operator.js'
import { createDataset } from '../../../src/services/datasets/create-dataset.js'
import { addEvaluations } from '../../../src/services/evaluations/add-evaluations.js'
import { deleteRun } from '../../../src/services/evaluations/delete-run.js'
import { createSnapshot } from '../../../src/services/snapshots/create-snapshot.js'
import { deleteSnapshot } from '../../../src/services/snapshots/delete-snapshot.js'
import { storeVerification } from '../../../src/services/snapshots/store-verification.js'
import { openTestApi } from '../../support/api.js'
import { createViewer } from '../../support/fixtures/training-fixture.js'

const api = await openTestApi()
const { database } = api
const owner = await createViewer(database, 'owner', ['DATASET'])
const about = { description: 'd', architecture: 'n', task: 't' }
await createDataset(database, owner, { name: 'own', title: 'A <b> & "c"', ...about })
const add = (...rows: [string, number, number][]) =>
  addEvaluations(database, owner, {
    dataset: 'own',
    rows: rows.map(([expression, seed, validationAccuracy]) => ({ expression, seed, validationAccuracy })),
  })
await add(['relu(x)', 0, 0.5], ['elu(x)', 0, 0.6], ['tanh(x)', 0, 0.4], ['sigmoid(x)', 0, 0.3])
await createSnapshot(database, owner, { dataset: 'own', name: 'a' })
const { rows: clock } = await database.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now, pg_sleep(0.02)')
const between = clock[0].now.toISOString()
await add(['relu(x)', 1, 0.75], ['mish(x)', 0, 0.8])
const gone = await database.prisma.run.findFirstOrThrow({ where: { evaluation: { expression: 'tanh(x)' } } })
await deleteRun(database, owner, gone.id)
await createSnapshot(database, owner, { dataset: 'own', name: 'b' })
await add(['swish(x)', 0, 0.9])

const FIELDS = `totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes {
  kind expression activation { expression } before { validationAccuracy runCount } after { validationAccuracy runCount }
}`
const ask = async (given: string) => {
  const { data, errors } = await api.ask(`{ dataset(name: "own") { changes(${given}) { ${FIELDS} } } }`)
  assert.deepEqual(errors, [], given)
  return data.dataset.changes
}
type Shown = { kind: string; expression: string }
const briefly = (changes: { nodes: Shown[] }) => changes.nodes.map(({ kind, expression }) => `${kind} ${expression}`)

test('what changed between two snapshots, since a snapshot and since a time', async () => {
  const two = await ask('from: "a", to: "b"')
  assert.deepEqual(briefly(two), ['ADDED mish(x)', 'CHANGED relu(x)', 'REMOVED tanh(x)'])
  assert.deepEqual(two.nodes[1].before, { validationAccuracy: 0.5, runCount: 1 })
  assert.deepEqual(two.nodes[1].after, { validationAccuracy: 0.625, runCount: 2 })
  assert.deepEqual([two.nodes[0].before, two.nodes[2].after, two.totalCount], [null, null, 3])
  assert.deepEqual(briefly(await ask('from: "b", to: "a"')), ['REMOVED mish(x)', 'CHANGED relu(x)', 'ADDED tanh(x)'])
  const now = ['ADDED mish(x)', 'CHANGED relu(x)', 'ADDED swish(x)', 'REMOVED tanh(x)']
  assert.deepEqual(briefly(await ask('from: "a", to: "a"')), [])
  assert.deepEqual(briefly(await ask('since: "2100-01-01T00:00:00Z"')), [])
  for (const request of ['from: "a"', `since: "${between}"`]) {
    assert.deepEqual(briefly(await ask(request)), now)
    const last = await ask(`${request}, last: 3`)
    assert.deepEqual(briefly(last), now.slice(1))
    assert.deepEqual([last.pageInfo.hasPreviousPage, last.pageInfo.hasNextPage], [true, false])
    const first = await ask(`${request}, last: 3, before: "${last.pageInfo.startCursor}"`)
    assert.deepEqual(briefly(first), now.slice(0, 1))
    assert.deepEqual([first.pageInfo.hasPreviousPage, first.pageInfo.hasNextPage], [false, true])
    // Page by page, every change comes once.
    const seen: string[] = []
    for (let after = ''; ; ) {
      const page = await ask(`${request}, first: 1${after}`)
      seen.push(...briefly(page))
      if (!page.pageInfo.hasNextPage) break
      after = `, after: "${page.pageInfo.endCursor}"`
    }
    assert.deepEqual(seen, now)
  }
  // Without a start, the newest snapshot counts.
  assert.deepEqual(briefly(await ask('first: 2')), ['ADDED swish(x)'])
  for (const [given, code] of [
    [`from: "a", since: "${between}"`, 'BAD_USER_INPUT'],
    [`to: "a", since: "${between}"`, 'BAD_USER_INPUT'],
    ['from: "none"', 'NOT_FOUND'],
    ['from: "a", to: "\\u0000"', 'BAD_USER_INPUT'],
  ]) {
    const { errors } = await api.ask(`{ dataset(name: "own") { changes(${given}) { totalCount } } }`)
    assert.equal(errors[0]?.extensions.code, code, given)
  }
})

test('the command line lists the same changes', async () => {
  const pieces: string[] = []
  const write = (piece: string) => void pieces.push(piece)
  await printChanges(database, 'own', { from: 'a', to: 'b' }, {}, write)
  const table = pieces.splice(0).join('')
  await printChanges(database, 'own', { from: between, to: undefined }, { json: true }, write)
  const json = pieces.splice(0).join('')
  assert.match(table, /^changed {2}0\.5000 \(1 run\) {3}0\.6250 \(2 runs\) {2}relu\(x\)$/m)
  assert.match(table, /1 added, 1 removed, 1 changed\n$/)
  const { added, removed, changed, changes } = JSON.parse(json)
  assert.deepEqual([added, removed, changed, changes.length], [2, 1, 1, 4])
})

test('the feed of a dataset is Atom, and lists its snapshots and the days with new results', async () => {
  const answer = await api.app.http.inject('/datasets/own/changes.atom')
  assert.equal(answer.statusCode, 200)
  assert.match(String(answer.headers['content-type']), /^application\/atom\+xml/)
  assert.ok(answer.body.includes('<title>Changes of A &lt;b&gt; &amp;'))
  const ids = [...answer.body.matchAll(/<id>([^<]*)<\/id>/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.some((id) => id.endsWith('/export/own@a')) && ids.some((id) => id.endsWith('/export/own@b')))
  assert.match(answer.body, /Since a: 1 added, 1 removed, 1 changed\./)
  assert.match(answer.body, /\d new runs? of \d functions?\./)
  const times = [...answer.body.matchAll(/<updated>([^<]*)<\/updated>/g)].map(([, time]) =>
    new Date(time).toISOString(),
  )
  assert.deepEqual(times.slice(1), [...times.slice(1)].sort().reverse())
  assert.equal(times[0], times[1])
  assert.equal((await api.app.http.inject('/datasets/none/changes.atom')).statusCode, 404)
})

test('the Croissant of a snapshot has the checksum of each file', async () => {
  const { distribution, isLiveDataset } = (await api.app.http.inject('/datasets/own@a/croissant.json')).json()
  assert.deepEqual([distribution.length, isLiveDataset], [3, false])
  for (const { contentUrl, sha256 } of distribution) {
    const { rawPayload } = await api.app.http.inject(new URL(contentUrl).pathname)
    assert.equal(createHash('sha256').update(rawPayload).digest('hex'), sha256, contentUrl)
  }
})

test('a dataset shows its verifications, the newest first', async () => {
  const found = { dataset: 'own', version: '1', seed: 1, tolerance: 0.01, host: 'here', softwareVersion: '1.2.3' }
  const outcomes = [
    { expression: 'relu(x)', outcome: 'IDENTICAL' as const },
    { expression: 'elu(x)', outcome: 'DIFFERENT' as const },
  ]
  await storeVerification(database, { ...found, outcomes: outcomes.slice(0, 1), storedBackends: [], machine: null })
  const machine = { backend: 'tfjs-wasm', device: 'cpu' }
  await storeVerification(database, { ...found, outcomes, storedBackends: ['tfjs-wasm'], machine })
  const shown = await api.ask(
    '{ dataset(name: "own") { verifications { runs identical different failed backend problems storedBackends } } }',
  )
  assert.deepEqual(shown.data.dataset.verifications, [
    {
      ...{ runs: 2, identical: 1, different: 1, failed: 0, backend: 'tfjs-wasm', problems: ['elu(x)'] },
      storedBackends: ['tfjs-wasm'],
    },
    { runs: 1, identical: 1, different: 0, failed: 0, backend: null, problems: [], storedBackends: [] },
  ])
})

test('a change from a deleted snapshot is refused with its reason', async () => {
  await deleteSnapshot(database, OPERATOR, { dataset: 'own', name: 'a', reason: 'wrong labels' })
  const { errors } = await api.ask('{ dataset(name: "own") { changes(from: "a") { totalCount } } }')
  assert.equal(errors[0].extensions.code, 'NOT_FOUND')
  assert.match(errors[0].message, /wrong labels/)
})
