import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fastify from 'fastify'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { pino } from 'pino'
import type { Database } from '../../../src/db/connection/client.js'
import { inTransaction } from '../../../src/db/connection/in-transaction.js'
import { addExports, EXPORT_HEAD_PRICE } from '../../../src/http/exports/exports.js'
import { createRequestGate } from '../../../src/http/requests/request-gate.js'
import { DEFAULT_LIMITS } from '../../../src/limits.js'
import { createBudget } from '../../../src/services/access/budget.js'
import { storeExpressions } from '../../../src/services/activations/store-expressions.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestApi } from '../../support/api.js'
import { openTestDatabase } from '../../support/database.js'
import { IRREGULAR_TEXT } from '../../support/fixtures/irregular-file.js'
import { makeFolder } from '../../support/folder.js'
import { waitUntil } from '../../support/wait-until.js'

test('a dataset is downloaded completely, plain or compressed, with an ETag and links to its licence', async (t) => {
  const { app, database } = await openOdd(t)
  const ask = (url: string, headers = {}) => app.http.inject({ method: 'GET', url, headers })

  const plain = await ask('/export/odd.json')
  assert.deepEqual([plain.statusCode, plain.body.trimEnd()], [200, IRREGULAR_TEXT])
  const packed = await ask('/export/odd.json', { 'accept-encoding': 'br, gzip;q=0.5' })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(packed.rawPayload).toString().trimEnd(), IRREGULAR_TEXT)
  assert.notEqual(packed.headers.etag, plain.headers.etag)
  const refused = await ask('/export/odd.json', { 'accept-encoding': 'gzip;q=0, br' })
  assert.equal(refused.headers['content-encoding'], undefined)
  assert.match(String(plain.headers.link), /<\/export\/odd\.about\.json>; rel="license"/)
  assert.equal(plain.headers['x-license'], 'A licence')
  const about = (await ask('/export/odd.about.json')).json()
  assert.deepEqual([about.license, about.citation], ['A licence', '@misc{x}'])
  assert.equal(about.sourceBytes, Buffer.byteLength(IRREGULAR_TEXT))

  for (const tag of [plain.headers.etag, `"x", W/${plain.headers.etag}`, '*']) {
    const unchanged = await ask('/export/odd.json', { 'if-none-match': tag })
    assert.deepEqual([unchanged.statusCode, unchanged.body], [304, ''])
  }
  await database.prisma.evaluation.updateMany({ where: { expression: 'relu(x)' }, data: { testLoss: 0.125 } })
  assert.equal((await ask('/export/odd.csv', { 'if-none-match': plain.headers.etag })).statusCode, 200)
  assert.notEqual((await ask('/export/odd.json')).headers.etag, plain.headers.etag)
  assert.equal((await ask('/export/odd.csv')).body.split('\n').length, 9)
  assert.equal((await ask('/export/odd.jsonl')).body.split('\n').length, 8)
})

test('vectors are exported as matrices with a row per line, NaN for a missing vector, and a content length', async (t) => {
  const { app } = await openOdd(t)
  const lines = (await app.http.inject('/export/odd.jsonl')).body.trimEnd().split('\n')
  const rows = lines.map((line) => JSON.parse(line))
  const spectra = await app.http.inject('/export/odd/fisher-spectra.npy')
  assert.equal(Number(spectra.headers['content-length']), spectra.rawPayload.length)
  const matrix = readNpy(spectra.rawPayload)
  assert.deepEqual(matrix.shape, [rows.length, 4])
  for (const [i, row] of rows.entries()) {
    const expected = row.fisherSpectrum ?? Array(4).fill(Number.NaN)
    assert.deepEqual(matrix.rows[i], Float32Array.from(expected), row.expression)
  }
  const outputs = readNpy((await app.http.inject('/export/odd/outputs.npy')).rawPayload)
  assert.deepEqual(outputs.shape, [rows.length, 1000])
  assert.ok(outputs.rows[1].every((value) => value >= 0) && outputs.rows[1].some((value) => value > 0))
  assert.deepEqual(outputs.rows[1], outputs.rows[2])
})

test('Parquet has every column with its type, vectors as lists, and the licence', async (t) => {
  const { app } = await openOdd(t)
  const bytes = (await app.http.inject('/export/odd.parquet')).rawPayload
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer
  const rows = await parquetReadObjects({ file })
  const lines = (await app.http.inject('/export/odd.jsonl')).body.trimEnd().split('\n')
  const outputs = readNpy((await app.http.inject('/export/odd/outputs.npy')).rawPayload)
  assert.equal(rows.length, lines.length)
  for (const [i, line] of lines.entries()) {
    const { fisherSpectrum, ...expected } = JSON.parse(line)
    const { fisherSpectrum: spectrum, outputs: values, ...row } = rows[i]
    assert.deepEqual({ ...row }, expected)
    assert.deepEqual(Float32Array.from(spectrum ?? []), Float32Array.from(fisherSpectrum ?? []))
    assert.deepEqual(Float32Array.from(values), outputs.rows[i])
  }
  const { key_value_metadata: metadata } = parquetMetadata(file)
  const metadataOf = (key: string) => metadata?.find((entry) => entry.key === key)?.value
  assert.deepEqual([metadataOf('actbench.license'), metadataOf('actbench.citation')], ['A licence', '@misc{x}'])
})

test('the filters of the API choose the rows of every format', async (t) => {
  const { app } = await openOdd(t)
  const query = '?validationAccuracy.min=0.65&validationAccuracy.max=0.8&runtimeSeconds.min=1'
  const lines = (await app.http.inject(`/export/odd.jsonl${query}`)).body.trimEnd().split('\n')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).expression),
    ['tanh(x)', 'relu(x)'],
  )
  assert.deepEqual(Object.keys((await app.http.inject(`/export/odd.json${query}`)).json()), ['tanh(x)', 'relu(x)'])
  assert.equal((await app.http.inject(`/export/odd.csv${query}`)).body.trimEnd().split('\n').length, 3)
  assert.deepEqual(readNpy((await app.http.inject(`/export/odd/outputs.npy${query}`)).rawPayload).shape, [2, 1000])
  const none = await app.http.inject('/export/odd/outputs.npy?testAccuracy.min=0.99')
  assert.deepEqual(readNpy(none.rawPayload).shape, [0, 1000])
  const all = await app.http.inject('/export/odd.csv')
  assert.notEqual((await app.http.inject(`/export/odd.csv${query}`)).headers.etag, all.headers.etag)
  const cases: [string, string, RegExp][] = [
    ['validationAccuracy.min=NaN', 'validationAccuracy.min', /expected a number, got "NaN"/],
    ['validationAccuracy.min=1e999', 'validationAccuracy.min', /expected a finite number/],
    ['testAccuracy.min=0.9&testAccuracy.max=0.1', 'testAccuracy', /min 0.9 above max 0.1/],
    ['testAccuracy.min=0.1&testAccuracy.min=0.2', 'testAccuracy.min', /expected one value, got "2 values"/],
    ['accuracy.min=0.1', 'accuracy.min', /expected a parameter such as/],
    ['testAccuracy=%00', 'testAccuracy', /expected a parameter such as/],
  ]
  for (const [text, argument, message] of cases) {
    const answer = await app.http.inject(`/export/odd.csv?${text}`)
    const [error] = answer.json().errors
    assert.deepEqual([answer.statusCode, error.extensions.code], [400, 'BAD_USER_INPUT'], text)
    assert.equal(error.extensions.argument, argument)
    assert.match(error.message, message)
  }
})

test('HEAD has the headers of GET and reads nothing', async (t) => {
  const { app } = await openOdd(t)
  for (const url of ['/export/odd.json', '/export/odd/outputs.npy', '/export/odd.parquet']) {
    const [head, whole] = [await app.http.inject({ method: 'HEAD', url }), await app.http.inject(url)]
    assert.deepEqual([head.statusCode, head.body], [200, ''])
    for (const name of ['etag', 'content-type', 'content-disposition', 'link']) {
      assert.equal(head.headers[name], whole.headers[name], `${url} ${name}`)
    }
    if (!url.endsWith('.json')) assert.equal(head.headers['content-length'], String(whole.rawPayload.length))
    else assert.equal(head.headers['content-length'], undefined)
  }
  assert.equal((await app.http.inject({ method: 'HEAD', url: '/export/nothing.json' })).statusCode, 404)
})

test('a dataset with closed exports cannot be downloaded, but everything else of it can be read', async (t) => {
  const { app, database, ask } = await openOdd(t)
  await database.pool.query(`UPDATE datasets SET exports_closed = true WHERE name = 'odd'`)
  for (const url of ['/export/odd.json', '/export/odd.parquet', '/export/odd/outputs.npy']) {
    const answer = await app.http.inject(url)
    assert.deepEqual([answer.statusCode, answer.json().errors[0].extensions.code], [403, 'FORBIDDEN'])
  }
  assert.equal((await app.http.inject('/export/odd.about.json')).statusCode, 200)
  const { data } = await ask('{ dataset(name: "odd") { evaluationCount sourceBytes } }')
  assert.deepEqual(data.dataset, { evaluationCount: 7, sourceBytes: Buffer.byteLength(IRREGULAR_TEXT) })
})

test('an unknown file is 404, with the body of every error', async (t) => {
  const { app, database } = await openOdd(t)
  await database.pool.query('UPDATE datasets SET fisher_spectrum_length = NULL')
  for (const url of [
    ...['/export/nothing.json', '/export/odd.xml', '/export/a%00b.json', '/export/..%2f..%2fetc.json'],
    ...['/export/odd/inputs.npy', '/export/odd/fisher-spectra.npy', '/export/odd.npy', '/export/odd/outputs.npy/x'],
  ]) {
    const answer = await app.http.inject({ method: 'GET', url })
    assert.equal(answer.statusCode, 404, url)
    assert.equal(answer.json().errors[0].extensions.code, 'NOT_FOUND')
  }
  // None of these exports uses a connection.
  assert.equal(database.pool.idleCount, database.pool.totalCount)
})

test('four exports run at the same time, a fifth is refused until later, and a client that disconnects makes room', async (t) => {
  const { app, database } = await openTestApi(t, undefined, { limits: { exports: 5 } })
  await importLarge(database)
  const address = await app.http.listen({ host: '127.0.0.1', port: 0 })
  // Nobody reads these, so they wait until their buffers have room.
  const open = await Promise.all([1, 2, 3, 4].map(() => ask(`${address}/export/large.json`)))
  assert.deepEqual(
    open.map((response) => response.statusCode),
    [200, 200, 200, 200],
  )
  const refused = await ask(`${address}/export/large.json`)
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [503, '10'])
  for (const response of [...open, refused]) response.destroy()
  await waitUntil(async () => (await app.http.inject('/export/large.csv')).statusCode === 200)
})

test('one client reads two exports at the same time, and each is charged', async (t) => {
  const { app, database } = await openTestApi(t, undefined, { rateLimit: 6000 })
  await importLarge(database)
  const address = await app.http.listen({ host: '127.0.0.1', port: 0 })
  const open = [await ask(`${address}/export/large.json`), await ask(`${address}/export/large.json`)]
  const left = open.map(({ headers }) => Number(headers['ratelimit-remaining']))
  // Meanwhile the budget grows by a hundred units per second.
  assert.ok(left[0] >= 5000 && left[0] < 5900, String(left))
  assert.ok(left[1] >= 4000 && left[1] < left[0], String(left))
  const refused = await ask(`${address}/export/large.json`)
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '10'])
  for (const response of [...open, refused]) response.destroy()
})

test('a new spelling of a function changes the ETag, but not if the file lists its own spellings', async (t) => {
  const { app, database } = await openOdd(t)
  const etagOf = async () => (await app.http.inject({ method: 'HEAD', url: '/export/odd.jsonl' })).headers.etag
  const learn = (text: string) => inTransaction(database, (db) => storeExpressions(db, [text]))
  const imported = await etagOf()
  await learn('relu(relu(relu(x)))')
  assert.equal(await etagOf(), imported)
  await database.pool.query("UPDATE datasets SET origin = 'REPORTED' WHERE name = 'odd'")
  const before = await etagOf()
  await learn('cosh(softplus(x))')
  assert.equal(await etagOf(), before)
  await learn('relu(relu(relu(relu(x))))')
  assert.notEqual(await etagOf(), before)
})

test('an unchanged export, a HEAD request and the provenance cost little', async (t) => {
  const { app } = await openOdd(t, { rateLimit: 6000 })
  const whole = await app.http.inject('/export/odd.csv')
  const left = Number(whole.headers['ratelimit-remaining'])
  assert.ok(left < 5900, String(left))
  const headers = { 'if-none-match': String(whole.headers.etag) }
  for (let i = 0; i < 10; i++) {
    assert.equal((await app.http.inject({ url: '/export/odd.csv', headers })).statusCode, 304)
    assert.equal((await app.http.inject({ url: '/export/odd.csv', method: 'HEAD' })).statusCode, 200)
  }
  const last = await app.http.inject('/export/odd.about.json')
  assert.ok(Number(last.headers['ratelimit-remaining']) >= left - 21 * EXPORT_HEAD_PRICE)
})

test('exports are charged to the key if one is sent, and take turns with all operations of an address', async (t) => {
  const { app, createKey } = await openOdd(t, { rateLimit: 1500 })
  const authorization = `Bearer ${await createKey('TRAIN')}`
  const ask = (headers = {}) => app.http.inject({ url: '/export/odd.csv', headers })
  assert.equal((await ask()).statusCode, 200)
  const refused = await ask()
  assert.equal(refused.json().errors[0].extensions.code, 'RATE_LIMITED')
  assert.equal(refused.headers['content-disposition'], undefined)
  assert.equal((await ask({ authorization })).statusCode, 200)
  assert.equal((await ask({ authorization: 'Bearer abk_wrong' })).statusCode, 401)
  await Promise.all(Array.from({ length: 30 }, () => app.http.inject('/export/odd.about.json')))
  assert.equal(app.gate.inProgress, 0)
})

test('a client that does not read is disconnected, and cannot mistake a part for the whole export', async (t) => {
  const database = await openTestDatabase(t)
  await importLarge(database)
  const app = fastify()
  const log = pino({ level: 'silent' })
  addExports(
    app,
    {
      ...{ database, budget: createBudget(database, 0), limits: DEFAULT_LIMITS, log, version: '1.2.3' },
      keptExports: { folder: null, mostBytes: 0 },
    },
    createRequestGate(database, log),
    { everyMilliseconds: 500, leastBytes: 1 },
  )
  t.after(() => app.close())
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const response = await ask(`${address}/export/large.json`)
  await waitUntil(() => database.pool.idleCount === database.pool.totalCount)
  response.resume()
  await new Promise((done) => response.once('close', done))
  assert.equal(response.complete, false)
})

async function openOdd(t: TestContext, options: { rateLimit?: number } = {}) {
  const api = await openTestApi(t, undefined, options)
  const path = join(makeFolder(), 'odd.json')
  writeFileSync(path, IRREGULAR_TEXT)
  await importFile(api.database, { path, dataset: 'odd', describe: { license: 'A licence', citation: '@misc{x}' } })
  return api
}

async function importLarge(database: Database): Promise<void> {
  const path = join(makeFolder(), 'large.json')
  const rows = Array.from({ length: 60 }, (_, i) => `"note ${i}": "${'x'.repeat(1_000_000)}"`)
  writeFileSync(path, `{${rows.join(',')}}`)
  await importFile(database, { path, dataset: 'large' })
}

/** Sends a request and leaves the body unread. */
async function ask(url: string): Promise<IncomingMessage> {
  const request = get(url, { agent: false })
  request.on('error', () => {})
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response.on('error', () => {})
}

function readNpy(bytes: Buffer): { shape: number[]; rows: Float32Array[] } {
  assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x93NUMPY\x01\x00')
  const start = 10 + bytes.readUInt16LE(8)
  assert.equal(start % 64, 0)
  const description = bytes.subarray(10, start).toString('latin1')
  const [, rows, columns] = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n$/
    .exec(description)!
    .map(Number)
  assert.equal(bytes.length, start + rows * columns * 4)
  const values = Float32Array.from({ length: rows * columns }, (_, i) => bytes.readFloatLE(start + 4 * i))
  const list = Array.from({ length: rows }, (_, i) => values.slice(i * columns, (i + 1) * columns))
  return { shape: [rows, columns], rows: list }
}
