import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { openTestApi } from '../../support/api.js'
import { createBenchmark, fitBenchmark } from '../../support/benchmark.js'

interface MapRow {
  expression: string
  activationId: string
  x: number
  y: number
  measured: number | null
  predicted: number | null
}

/** Records of float32 in NumPy's format, read by the description in its header. */
function readRecords(bytes: Buffer): { names: string[]; rows: number[][] } {
  assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x93NUMPY\x01\x00')
  const length = 10 + bytes.readUInt16LE(8)
  assert.equal(length % 64, 0)
  const header = bytes.subarray(10, length).toString('latin1')
  const names = [...header.matchAll(/\('(\w+)', '<f4'\)/g)].map(([, name]) => name)
  const count = Number(/'shape': \((\d+),\)/.exec(header)?.[1])
  assert.equal(bytes.length, length + 4 * names.length * count)
  const rows = Array.from({ length: count }, (_, row) =>
    names.map((_name, column) => bytes.readFloatLE(length + 4 * (row * names.length + column))),
  )
  return { names, rows }
}

test('a map is one Parquet file and one NumPy file with every point that the API shows', async (t) => {
  const api = await openTestApi(t)
  const benchmark = await createBenchmark(api.database)
  const get = (path: string, headers: Record<string, string> = {}) =>
    api.app.http.inject({ method: 'GET', url: `/export/synthetic/${path}`, headers })
  for (const path of ['map.parquet', 'map.npy']) {
    const none = await get(path)
    assert.equal(none.statusCode, 404)
    assert.match(none.json().error?.message ?? none.body, /has no map/)
  }
  const id = await fitBenchmark(api.database, benchmark)
  // A function without a prediction keeps its place.
  await api.database.pool.query(
    `UPDATE surrogate_points SET mean = NULL WHERE surrogate_id = $1 AND activation_id =
    (SELECT max(activation_id) FROM surrogate_points WHERE measured IS NULL)`,
    [id],
  )

  const parquet = await get('map.parquet')
  assert.equal(parquet.statusCode, 200)
  assert.equal(parquet.headers['content-type'], 'application/vnd.apache.parquet')
  const { buffer, byteOffset, byteLength } = parquet.rawPayload
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
  const points = (await parquetReadObjects({ file })) as unknown as MapRow[]
  const metadata = new Map(parquetMetadata(file).key_value_metadata?.map(({ key, value }) => [key, value]))
  assert.equal(metadata.get('actbench.name'), 'synthetic')

  const { data, errors } = await api.ask(`{ dataset(name: "synthetic") { surrogate { embedding(first: 1000) {
    totalCount nodes { x y validationAccuracy activation { id expression } }
  } } } }`)
  assert.deepEqual(errors, [])
  const { nodes, totalCount } = data.dataset.surrogate.embedding
  assert.equal(points.length, totalCount)
  const shown = new Map<string, (typeof nodes)[number]>(
    nodes.map((node: { activation: { id: string } }) => [node.activation.id, node]),
  )
  for (const point of points) {
    const node = shown.get(Buffer.from(`Activation:${point.activationId}`).toString('base64url'))
    assert.equal(node.activation.expression, point.expression)
    assert.deepEqual([point.x, point.y], [Math.fround(node.x), Math.fround(node.y)])
    const { validationAccuracy } = node
    assert.equal(point.measured, validationAccuracy === null ? null : Math.fround(validationAccuracy))
  }
  assert.equal(points.filter(({ predicted }) => predicted === null).length, 1)
  assert.ok(points.some(({ measured }) => measured === null) && points.some(({ measured }) => measured !== null))

  const npy = await get('map.npy')
  assert.equal(Number(npy.headers['content-length']), npy.rawPayload.length)
  const { names, rows } = readRecords(npy.rawPayload)
  assert.deepEqual(names, ['x', 'y', 'measured', 'predicted'])
  const expected = points.map(({ x, y, measured, predicted }) => [
    x,
    y,
    measured ?? Number.NaN,
    predicted ?? Number.NaN,
  ])
  assert.deepEqual(rows, expected)
})

test('the ETag of a map changes with the next fit, and not with another export of the dataset', async (t) => {
  const api = await openTestApi(t)
  const benchmark = await createBenchmark(api.database)
  await fitBenchmark(api.database, benchmark)
  const ask = (path: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    api.app.http.inject({ method, url: `/export/${path}`, headers })
  const [map, rows] = [await ask('synthetic/map.npy'), await ask('synthetic.csv')]
  const tags = { map: String(map.headers.etag), rows: String(rows.headers.etag) }
  assert.notEqual(tags.map, tags.rows)
  assert.equal((await ask('synthetic/map.npy', { 'if-none-match': tags.map })).statusCode, 304)
  const part = await ask('synthetic/map.npy', { range: 'bytes=0-5' })
  assert.deepEqual([part.statusCode, part.rawPayload.toString('latin1')], [206, '\x93NUMPY'])
  const head = await ask('synthetic/map.parquet', {}, 'HEAD')
  assert.deepEqual([head.statusCode, head.body], [200, ''])
  await fitBenchmark(api.database, benchmark)
  assert.equal((await ask('synthetic/map.npy', { 'if-none-match': tags.map })).statusCode, 200)
  assert.equal((await ask('synthetic.csv', { 'if-none-match': tags.rows })).statusCode, 304)
})

test('conditions leave the functions of a map whose evaluations meet them', async (t) => {
  const api = await openTestApi(t)
  await fitBenchmark(api.database, await createBenchmark(api.database))
  const read = async (query: string) =>
    readRecords((await api.app.http.inject(`/export/synthetic/map.npy${query}`)).rawPayload).rows
  const all = await read('')
  const good = await read('?validationAccuracy.min=0.5')
  assert.ok(good.length > 0 && good.length < all.length)
  const { rows } = await api.database.pool.query(
    'SELECT count(DISTINCT activation_id)::int AS count FROM evaluations WHERE validation_accuracy >= 0.5',
  )
  assert.ok(good.length <= rows[0].count)
  assert.deepEqual(await read('?validationAccuracy.min=1'), [])
})
