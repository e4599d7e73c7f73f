import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { openTestApi } from '../../support/api.js'

const api = await openTestApi()
const LONG = '{ __schema { types { name description fields { name description } } } }'
const get = (query: string, headers: Record<string, string> = {}) =>
  api.app.http.inject({ method: 'GET', url: '/graphql', query: { query }, headers })

test('an answer above 1 kB is sent in the encoding that the client prefers', async () => {
  const plain = await get(LONG)
  assert.ok(plain.rawPayload.length > 20_000)
  assert.equal(plain.headers['content-encoding'], undefined)
  for (const [accepted, encoding, unpack] of [
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br', 'br', brotliDecompressSync],
    ['br;q=0.1, gzip', 'gzip', gunzipSync],
  ] as const) {
    const packed = await get(LONG, { 'accept-encoding': accepted })
    assert.equal(packed.headers['content-encoding'], encoding, accepted)
    assert.match(String(packed.headers.vary), /accept-encoding/i)
    assert.equal(unpack(packed.rawPayload).toString(), plain.body)
    assert.ok(packed.rawPayload.length < plain.rawPayload.length / 3)
  }
  for (const accepted of ['identity', 'deflate', 'gzip;q=0, br;q=0']) {
    assert.equal((await get(LONG, { 'accept-encoding': accepted })).headers['content-encoding'], undefined, accepted)
  }
})

test('a short answer is sent as it is', async () => {
  const short = await get('{ service { name } }', { 'accept-encoding': 'gzip, br' })
  assert.deepEqual([short.headers['content-encoding'], short.json().data.service.name], [undefined, 'actbench'])
})

test('the ETag of a compressed answer is weak, and both tags lead to 304', async () => {
  const plain = await get(LONG)
  const packed = await get(LONG, { 'accept-encoding': 'br' })
  assert.equal(packed.headers.etag, `W/${plain.headers.etag}`)
  for (const tag of [plain.headers.etag, packed.headers.etag]) {
    const again = await get(LONG, { 'accept-encoding': 'br', 'if-none-match': String(tag) })
    assert.deepEqual([again.statusCode, again.body, again.headers['content-encoding']], [304, '', undefined])
  }
})

test('the sandbox page is compressed once, for each encoding', async () => {
  const open = (accepted: string) => {
    const headers = { accept: 'text/html', 'accept-encoding': accepted }
    return api.app.http.inject({ method: 'GET', url: '/graphiql', headers })
  }
  const [gzip, br, plain] = [await open('gzip, br'), await open('br'), await open('identity')]
  assert.deepEqual(
    [gzip, br, plain].map(({ headers }) => headers['content-encoding']),
    ['gzip', 'br', undefined],
  )
  assert.equal(gunzipSync(gzip.rawPayload).toString(), plain.body)
  assert.equal(brotliDecompressSync(br.rawPayload).toString(), plain.body)
})
