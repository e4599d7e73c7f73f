import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { openTestApi } from '../../support/api.js'

const api = await openTestApi()
const open = (url: string, headers: Record<string, string> = {}) =>
  api.app.http.inject({ url, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers } })
const document = await open('/')
const assets = [...document.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)]
  .map(([, url]) => url)
  .filter((url) => url !== '/graphql')

test('every address of a page sends the same document, and a program gets its answer at /', async () => {
  assert.match(document.body, /<div id="page">/)
  const long = `/functions/${encodeURIComponent('tanh('.repeat(90))}`
  for (const url of [
    '/datasets/mini-cnn',
    '/datasets/mini-cnn/map',
    '/datasets/',
    '/functions',
    '/functions/max(x,tanh(x))',
    '/functions/x%2F2',
    long,
  ]) {
    const page = await open(url)
    assert.deepEqual([page.statusCode, page.body], [200, document.body], url)
  }
  const answer = await open('/', { accept: '*/*' })
  assert.deepEqual(answer.json(), { name: 'actbench', graphql: '/graphql' })
  assert.equal((await open('/nowhere')).statusCode, 404)
  assert.equal((await open('/assets/nothing.js')).statusCode, 404)
})

test('the policy allows no inline code or style and no other host, and the document has none', async () => {
  const policy = String(document.headers['content-security-policy'])
  assert.match(policy, /^default-src 'none'/)
  for (const source of policy.split(';').flatMap((directive) => directive.trim().split(' ').slice(1))) {
    assert.match(source, /^('self'|'none'|data:)$/)
  }
  assert.doesNotMatch(document.body, /<style|style="|<script(?![^>]* src=)| on\w+=|(?:src|href)="(?:https?:)?\/\//)
})

test('files with a hash in their name are kept forever; the document is asked for again', async () => {
  assert.equal(assets.length, 2)
  assert.equal(document.headers['cache-control'], 'no-cache')
  const again = await open('/datasets/mini-cnn', { 'if-none-match': String(document.headers.etag) })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
  for (const url of assets.filter((each) => each.startsWith('/assets/'))) {
    const file = await open(url)
    assert.match(url, /-[A-Z0-9]{8}\.(?:js|css)$/)
    assert.equal(file.headers['cache-control'], 'public, max-age=31536000, immutable')
  }
})

test('files are sent in the encoding that the client accepts, and cost no units', async () => {
  const before = await api.ask('{ rateLimit { remaining } }')
  for (const url of assets) {
    const plain = await open(url, { 'accept-encoding': 'identity' })
    assert.equal(plain.headers['content-encoding'], undefined)
    for (const [accepted, encoding, unpack] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['br;q=0, gzip', 'gzip', gunzipSync],
    ] as const) {
      const packed = await open(url, { 'accept-encoding': accepted })
      assert.equal(packed.headers['content-encoding'], encoding, accepted)
      assert.equal(Number(packed.headers['content-length']), packed.rawPayload.length)
      assert.deepEqual(unpack(packed.rawPayload), plain.rawPayload)
      assert.match(String(packed.headers.vary), /accept-encoding/)
    }
  }
  const after = await api.ask('{ rateLimit { remaining } }')
  assert.ok(after.data.rateLimit.remaining >= before.data.rateLimit.remaining - 10)
})
