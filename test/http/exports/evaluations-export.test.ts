import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetReadObjects } from 'hyparquet'
import { fillMoments } from '../../../src/services/activations/moments-watch.js'
import { storeExpressions } from '../../../src/services/activations/store-expressions.js'
import { openTestApi } from '../../support/api.js'
import { createBenchmark, fitBenchmark } from '../../support/benchmark.js'

type Row = Record<string, unknown> & { readonly activationId: string; readonly expression: string }

const api = await openTestApi()
const benchmark = await createBenchmark(api.database)
// One run differs, so that the noise of the seeds is known.
await api.database.pool.query('UPDATE runs SET validation_accuracy = validation_accuracy + 0.02 WHERE seed = 1')
await fitBenchmark(api.database, benchmark)
// A function that was measured after the fit is predicted when the file is written.
await api.database.pool.query(
  `DELETE FROM surrogate_points WHERE activation_id = (SELECT activation_id FROM evaluations ORDER BY id LIMIT 1)`,
)

const get = (path: string, headers: Record<string, string> = {}) =>
  api.app.http.inject({ url: `/export/${path}`, headers })

async function readRows(path: string): Promise<Row[]> {
  const bytes = (await get(path)).rawPayload
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  return (await parquetReadObjects({ file })) as Row[]
}

const toId = (identity: string) => Buffer.from(`Activation:${identity}`).toString('base64url')

test('a row of the evaluations has what the API says of it: ranks, prediction, spread, moments and properties', async () => {
  const rows = await readRows('synthetic/evaluations.parquet')
  const { data, errors } = await api.ask(`{ dataset(name: "synthetic") { version evaluations(first: 200) { nodes {
    expression runCount validationAccuracy testLoss standardDeviation rank tieGroup rankInterval { best worst }
    prediction { mean standardDeviation }
    activation { id names depth isFinite isConstant gaussianMean gaussianStandardDeviation properties {
      isEven isOdd isMonotone isBounded isSmooth valueAtZero derivativeAtZero leftSlope rightSlope turningPoints } }
  } } } }`)
  assert.deepEqual(errors, [])
  const { nodes, version } = data.dataset.evaluations.nodes.length
    ? { ...data.dataset.evaluations, ...data.dataset }
    : data
  assert.equal(rows.length, nodes.length)
  let predicted = 0
  for (const [i, node] of nodes.entries()) {
    const row = rows[i]
    const { properties, id, ...activation } = node.activation
    const { standardDeviation, prediction, rankInterval, ...own } = node
    delete own.activation
    const expected = { ...own, ...activation, ...properties, dataset: 'synthetic', version, hasMoments: true }
    for (const [name, value] of Object.entries(expected))
      assert.deepEqual(row[name], value, `${row.expression} ${name}`)
    assert.equal(toId(row.activationId), id)
    assert.deepEqual([row.rankBest, row.rankWorst], [rankInterval?.best ?? null, rankInterval?.worst ?? null])
    assert.equal(row.predicted, prediction?.mean ?? null)
    assert.equal(row.predictedStandardDeviation, prediction?.standardDeviation ?? null)
    assert.ok(
      standardDeviation === null
        ? row.standardDeviation === null
        : Math.abs(Number(row.standardDeviation) - standardDeviation) < 1e-12,
    )
    if (row.predicted !== null) predicted++
  }
  assert.ok(predicted > 20 && rows.some(({ rank }) => rank === null) && rows.some(({ rankBest }) => rankBest !== null))
})

test('CSV and JSON Lines have the same rows, and a filter keeps the ranks of the whole dataset', async () => {
  const rows = await readRows('synthetic/evaluations.parquet')
  const lines = (await get('synthetic/evaluations.jsonl')).body.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    rows.map((row) => ({ ...row })),
  )
  const [header, ...csv] = (await get('synthetic/evaluations.csv')).body.trimEnd().split('\n')
  assert.equal(header, Object.keys(rows[0]).join(','))
  assert.equal(csv.length, rows.length)
  const { names, depth, isFinite: finite, isConstant, expression } = rows[0]
  const cells = [JSON.stringify(names), depth, finite, isConstant, true]
  assert.ok(csv[0].startsWith(`"synthetic","1","${expression}",`))
  assert.ok(csv[0].includes(`"${String(cells[0]).replaceAll('"', '""')}",${cells.slice(1).join(',')},`), csv[0])
  const some = await readRows('synthetic/evaluations.parquet?validationAccuracy.max=0.5')
  assert.ok(some.length > 0 && some.length < rows.length)
  for (const row of some)
    assert.deepEqual(
      row,
      rows.find(({ activationId }) => activationId === row.activationId),
    )
})

test('a compressed answer comes from the same file, and the next fit gives another ETag', async () => {
  const plain = await get('synthetic/evaluations.csv')
  const packed = await get('synthetic/evaluations.csv', { 'accept-encoding': 'gzip' })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.notEqual(packed.headers.etag, plain.headers.etag)
  const etag = String(plain.headers.etag)
  assert.equal((await get('synthetic/evaluations.csv', { 'if-none-match': etag })).statusCode, 304)
  const part = await get('synthetic/evaluations.csv', { range: 'bytes=0-6' })
  assert.deepEqual([part.statusCode, part.body, part.headers.etag], [206, 'dataset', etag])
  assert.match(String(part.headers['repr-digest']), /^sha-256=:[\w+/]{43}=:$/)
  await fitBenchmark(api.database, benchmark)
  assert.equal((await get('synthetic/evaluations.csv', { 'if-none-match': etag })).statusCode, 200)
})

test('the file of all functions has each stored function, its spaces, and the number of datasets that measured it', async () => {
  await storeExpressions(api.database.prisma, ['relu(x)'])
  const rows = await readRows('activations.parquet')
  const { data } = await api.ask('{ activations(first: 1) { totalCount } }')
  assert.equal(rows.length, data.activations.totalCount)
  const relu = rows.find(({ expression }) => expression === 'relu(x)')
  assert.match(String(relu?.names), /^ReLU,/)
  assert.deepEqual([relu?.datasets, relu?.isMonotone, relu?.isOdd, relu?.operators], [1, true, false, ['relu']])
  assert.ok(rows.some(({ datasets }) => datasets === 0))
  assert.ok(Math.abs(Number(relu?.gaussianMean) - 1 / Math.sqrt(2 * Math.PI)) < 1e-9)
  await api.database.pool.query(
    `INSERT INTO space_additions (schema, operators, size, done) VALUES ('unary(x)', '{relu,tanh}', 2, 2)`,
  )
  const after = await readRows('activations.parquet')
  assert.deepEqual(after.find(({ expression }) => expression === 'relu(x)')?.spaces, ['act-bench', 'unary(x)'])
  const lines = (await get('activations.jsonl')).body.trimEnd().split('\n')
  assert.equal(lines.length, rows.length)
  assert.equal((await get('activations.csv')).body.trimEnd().split('\n').length, rows.length + 1)
  assert.equal((await get('activations.npy')).statusCode, 404)
})

test('servers compute the moments of functions that have none, and complete batches stay', async () => {
  const { pool } = api.database
  await pool.query('DELETE FROM activation_moments')
  assert.ok((await fillMoments(api.database)) > 0)
  const { rows } = await pool.query('SELECT count(*)::int AS count FROM activation_moments')
  const all = await pool.query('SELECT count(*)::int AS count FROM activations')
  assert.equal(rows[0].count, all.rows[0].count)
  await pool.query('UPDATE activation_moments SET version = 0')
  const row = (await readRows('synthetic/evaluations.parquet'))[0]
  assert.equal(row.hasMoments, true)
})

test('the lists have each file with its address, and size and checksum once it is written', async () => {
  const ask = async (path: string) => (await api.app.http.inject({ url: path, headers: { host: 'here' } })).json()
  const { datasets } = await ask('/export/synthetic/')
  assert.deepEqual([datasets.length, datasets[0].name, datasets[0].isClosed], [1, 'synthetic', false])
  const whole = await get('synthetic.parquet')
  const found = (await ask('/export/synthetic')).datasets[0].files
  const file = found.find(({ name }: { name: string }) => name === 'synthetic.parquet')
  assert.equal(file.size, whole.rawPayload.length)
  assert.equal(file.url, 'http://here/export/synthetic.parquet')
  const checksum = await get('synthetic.parquet.sha256')
  assert.equal(checksum.body, `${file.sha256}  synthetic.parquet\n`)
  const [, digest] = /:(.*):/.exec(String(whole.headers['repr-digest'])) ?? []
  assert.equal(Buffer.from(digest, 'base64').toString('hex'), file.sha256)
  const unread = found.find(({ name }: { name: string }) => name === 'synthetic-runs.parquet')
  assert.deepEqual([unread.size, unread.sha256], [null, null])
  const made = await get('synthetic/runs.parquet.sha256')
  assert.match(made.body, /^[0-9a-f]{64} {2}synthetic-runs\.parquet\n$/)

  const all = await ask('/export/')
  assert.deepEqual([all.datasets.length, all.files.length, all.next], [1, 3, null])
  assert.deepEqual((await ask('/export/?after=synthetic')).datasets, [])
  const page = await api.app.http.inject({ url: '/export/', headers: { accept: 'text/html,*/*;q=0.8' } })
  assert.match(String(page.headers['content-type']), /^text\/html/)
  assert.ok(page.body.includes('/export/synthetic/evaluations.parquet') && page.body.includes(file.sha256))
  assert.equal((await get('nothing/')).statusCode, 404)
  assert.equal((await get('nothing.parquet.sha256')).statusCode, 404)
  await api.database.pool.query('UPDATE datasets SET exports_closed = true')
  assert.deepEqual((await ask('/export/synthetic')).datasets[0].files, [])
  assert.equal((await get('synthetic.parquet.sha256')).statusCode, 403)
})
