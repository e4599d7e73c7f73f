import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { openTestApi } from '../../support/api.js'
import { createSyntheticDataset } from '../../support/fixtures/learning-fixture.js'

const api = await openTestApi()
await createSyntheticDataset(api.database, { measured: [] })
const open = (url: string, headers: Record<string, string> = {}) =>
  api.app.http.inject({ url, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', ...headers } })
const document = await open('/')
const assets = [...document.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, url]) => url)
const bodyOf = (html: string) => html.slice(html.indexOf('<body>'))

test('every address of a page sends the same document, and a program gets its answer at /', async () => {
  assert.match(document.body, /<div id="page">/)
  const long = `/functions/${encodeURIComponent('tanh('.repeat(90))}`
  for (const url of [
    '/datasets/synthetic',
    '/datasets/synthetic/',
    '/datasets/synthetic/map',
    '/surrogates/synthetic',
    '/compare?f=x',
    '/searches/U2VhcmNoOjE',
    '/graphql?query=%7Bviewer%7Bname%7D%7D',
    '/functions/max(x,tanh(x))',
    '/functions/x%2F2',
    long,
  ]) {
    const page = await open(url)
    assert.deepEqual([page.statusCode, bodyOf(page.body)], [200, bodyOf(document.body)], url)
  }
  const answer = await open('/', { accept: '*/*' })
  assert.deepEqual(answer.json(), { name: 'actbench', graphql: '/graphql' })
})

test('an address without a page, or of an unknown dataset, shows a page with status 404, and a program gets an error', async () => {
  const nowhere = ['/nowhere', '/datasets', '/datasets/unknown', '/datasets/UPPER', '/datasets/unknown/map', '/a/b?c']
  for (const url of [
    ...nowhere,
    '/datasets/synthetic/map/more',
    '/surrogates/unknown',
    '/functions/x/2',
    '/docs/nothing',
  ]) {
    const page = await open(url)
    assert.deepEqual([page.statusCode, bodyOf(page.body)], [404, bodyOf(document.body)], url)
    assert.match(page.body, /<meta name="robots" content="noindex" \/>/)
    assert.match(String(page.headers['content-security-policy']), /^default-src 'none'/)
  }
  const answer = await open('/nowhere', { accept: '*/*' })
  assert.deepEqual([answer.statusCode, answer.json().errors[0].extensions.code], [404, 'NOT_FOUND'])
  assert.equal((await open('/assets/nothing.js', { accept: '*/*' })).statusCode, 404)
})

test('the head names the page, and no text of a client can leave it', async () => {
  const title = '</title><script>alert(1)</script>"'
  const description = 'A & B <!-- </script><script>alert(2)</script>\nsecond line'
  const data = { version: '1', architecture: 'none', task: 'none', origin: 'REPORTED' as const, title, description }
  await api.database.prisma.dataset.create({ data: { ...data, name: 'hostile', license: 'https://example.org/a,b' } })
  const page = await open('/datasets/hostile', { host: 'bench.example:8080' })
  assert.equal(page.body.match(/<script/g)?.length, 2)
  assert.equal(page.body.match(/<\/script>/g)?.length, 2)
  assert.match(page.body, /<title>&lt;\/title&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot; · actbench<\/title>/)
  assert.match(page.body, /<meta name="description" content="A &amp; B &lt;!-- [^"]* second line" \/>/)
  assert.match(page.body, /<meta property="og:image" content="http:\/\/bench\.example:8080\/preview\.png" \/>/)
  assert.match(page.body, /<link rel="canonical" href="http:\/\/bench\.example:8080\/datasets\/hostile" \/>/)
  const [, block] = /<script type="application\/ld\+json">(.*)<\/script>/.exec(page.body) ?? []
  const described = JSON.parse(block)
  assert.deepEqual([described['@type'], described.name], ['Dataset', title])
  assert.match(described.description, /<script>alert\(2\)<\/script>\nsecond line/)
  const { body } = await open('/functions/x%2F%3Cb%3E')
  assert.match(body, /<title>x\/&lt;b&gt; · actbench<\/title>/)
  const answers = await Promise.all(['/preview.png', '/favicon.ico', '/favicon.svg'].map((url) => open(url)))
  assert.deepEqual(
    answers.map(({ statusCode, headers }) => [statusCode, headers['content-type']]),
    [
      [200, 'image/png'],
      [200, 'image/x-icon'],
      [200, 'image/svg+xml'],
    ],
  )
})

test('the policy allows no inline code or style and no other host, and the document has none', async () => {
  const policy = String(document.headers['content-security-policy'])
  assert.match(policy, /^default-src 'none'/)
  for (const source of policy.split(';').flatMap((directive) => directive.trim().split(' ').slice(1))) {
    assert.match(source, /^('self'|'none'|data:)$/)
  }
  const loaded = document.body.replace(/<link rel="canonical"[^>]*>/, '')
  assert.doesNotMatch(
    loaded,
    /<style|style="|<script(?! type="application\/ld\+json")(?![^>]* src=)| on\w+=|(?:src|href)="(?:https?:)?\/\//,
  )
})

test('files with a hash in their name are kept forever; the document is asked for again', async () => {
  assert.equal(assets.length, 2)
  assert.equal(document.headers['cache-control'], 'no-cache')
  const again = await open('/', { 'if-none-match': String(document.headers.etag) })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
  for (const url of assets) {
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

test('the head names what a page asks first, as the page will ask it, and nothing for an address with choices', async () => {
  const listPreloads = async (url: string) =>
    [...(await open(url)).body.matchAll(/<link rel="preload" as="fetch" crossorigin href="([^"]+)"/g)].map(
      ([, address]) => address.replaceAll('&amp;', '&'),
    )
  for (const [url, count] of [
    ['/', 1],
    ['/datasets/synthetic', 2],
    ['/datasets/synthetic/map', 1],
    ['/functions/max(x,%22)', 2],
    ['/functions/$dataset', 2],
    ['/datasets/synthetic?operators=tanh', 0],
    ['/datasets/unknown', 0],
    ['/jobs', 0],
  ] as const) {
    assert.equal((await listPreloads(url)).length, count, url)
  }
  for (const address of [
    ...(await listPreloads('/datasets/synthetic')),
    ...(await listPreloads('/functions/tanh(x)')),
  ]) {
    const answer = await open(address, { accept: '*/*' })
    assert.deepEqual([answer.statusCode, answer.json().errors], [200, undefined], address)
  }
  const [first] = await listPreloads('/functions/max(x,%22)')
  assert.deepEqual(JSON.parse(new URLSearchParams(first.split('?')[1]).get('variables') ?? ''), {
    expression: 'max(x,")',
  })
})
