import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { asyncBufferFromUrl, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { EXPORT_HEAD_PRICE, EXPORT_PRICE } from '../../../src/http/exports/exports.js'
import { importFile } from '../../../src/services/imports/import-file.js'
import { openTestApi } from '../../support/api.js'
import { IRREGULAR_TEXT } from '../../support/fixtures/irregular-file.js'
import { makeFolder } from '../../support/folder.js'

test('a reader of Parquet opens the address, and reads only the parts that it needs', async (t) => {
  const { app } = await openOdd(t)
  const url = `${await app.http.listen({ host: '127.0.0.1', port: 0 })}/export/odd.parquet`
  let bytes = 0
  const fetchCounted: typeof fetch = async (...args) => {
    const answer = await fetch(...args)
    if (answer.status === 206) bytes += Number(answer.headers.get('content-length'))
    return answer
  }
  const file = await asyncBufferFromUrl({ url, fetch: fetchCounted })
  const whole = new Uint8Array(await (await fetch(url)).arrayBuffer())
  assert.equal(file.byteLength, whole.byteLength)
  const metadata = await parquetMetadataAsync(file, { initialFetchSize: 512 })
  assert.equal(Number(metadata.num_rows), 7)
  const rows = await parquetReadObjects({ file, metadata, columns: ['expression'] })
  assert.equal(rows.length, 7)
  assert.ok(bytes > 0 && bytes < whole.byteLength / 2, `${bytes} of ${whole.byteLength}`)
})

test('parts of every format are those of the whole, with status 206, and 416 beyond the end', async (t) => {
  const { app } = await openOdd(t)
  const names = ['.parquet', '/outputs.npy', '.json', '.jsonl', '.csv', '/runs.jsonl', '/runs.parquet', '/epochs.csv']
  for (const name of names.map((suffix) => `odd${suffix}`)) {
    const url = `/export/${name}`
    const get = (range: string, more = {}) => app.http.inject({ url, headers: { range, ...more } })
    const whole = await app.http.inject(url)
    const size = whole.rawPayload.length
    const { etag } = whole.headers
    if (size > 0) {
      const part = await get('bytes=3-10')
      assert.deepEqual([part.statusCode, part.headers['content-range']], [206, `bytes 3-10/${size}`], name)
      assert.deepEqual(part.rawPayload, whole.rawPayload.subarray(3, 11))
      assert.equal(part.headers.etag, etag)
      assert.equal(part.headers['accept-ranges'], 'bytes')
      assert.deepEqual((await get('bytes=-5')).rawPayload, whole.rawPayload.subarray(size - 5))
      assert.equal((await get('bytes=0-1', { 'if-range': '"other"' })).rawPayload.length, size)
      assert.equal((await get('bytes=0-1', { 'if-none-match': String(etag) })).statusCode, 304)
    }
    const beyond = await get(`bytes=${size}-`)
    assert.deepEqual([beyond.statusCode, beyond.headers['content-range']], [416, `bytes */${size}`], name)
  }
  // Compressed, a part of the file is no part of the answer.
  const both = { range: 'bytes=0-1', 'accept-encoding': 'gzip' }
  assert.equal((await app.http.inject({ url: '/export/odd.csv', headers: both })).statusCode, 200)
})

test('parts belong to the state of the dataset, and a new state is written again', async (t) => {
  const { app, database } = await openOdd(t)
  const part = async () => app.http.inject({ url: '/export/odd.csv', headers: { range: 'bytes=0-9' } })
  const before = await part()
  await database.pool.query(`UPDATE evaluations SET validation_accuracy = 0.125`)
  await database.pool.query(`UPDATE datasets SET updated_at = updated_at + interval '1 second'`)
  const after = await part()
  assert.notEqual(after.headers.etag, before.headers.etag)
  const whole = await app.http.inject('/export/odd.csv')
  assert.equal(after.headers.etag, whole.headers.etag)
  assert.match(whole.body, /0\.125/)
  assert.deepEqual(after.rawPayload, whole.rawPayload.subarray(0, 10))
})

test('parts that are read at once write the file once', async (t) => {
  const { app } = await openOdd(t, { rateLimit: 20_000 })
  const parts = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      app.http.inject({ url: '/export/odd.parquet', headers: { range: `bytes=${i}-${i}` } }),
    ),
  )
  assert.deepEqual(new Set(parts.map(({ statusCode }) => statusCode)), new Set([206]))
  const left = Math.min(...parts.map(({ headers }) => Number(headers['ratelimit-remaining'])))
  assert.ok(20_000 - left < EXPORT_PRICE + 12 * 2 * EXPORT_HEAD_PRICE, String(left))
})

test('a part costs its share, writing the file the whole', async (t) => {
  const { app } = await openOdd(t, { rateLimit: 20_000 })
  const spend = async (options: object) => {
    const answer = await app.http.inject({ url: '/export/odd.parquet', ...options })
    return { left: Number(answer.headers['ratelimit-remaining']), answer }
  }
  const first = await spend({ method: 'HEAD' })
  assert.ok(20_000 - first.left >= EXPORT_PRICE - 100, String(first.left))
  const part = await spend({ headers: { range: 'bytes=-8' } })
  assert.ok(first.left - part.left <= 2 * EXPORT_HEAD_PRICE, `${first.left} ${part.left}`)
  // A client may read many parts at once.
  const many = await Promise.all(Array.from({ length: 20 }, () => spend({ headers: { range: 'bytes=0-7' } })))
  for (const { answer } of many) assert.equal(answer.statusCode, 206)
})

async function openOdd(t: TestContext, options: { rateLimit?: number } = {}) {
  const api = await openTestApi(t, undefined, options)
  const path = join(makeFolder(), 'odd.json')
  writeFileSync(path, IRREGULAR_TEXT)
  await importFile(api.database, { path, dataset: 'odd' })
  return api
}
