import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { sendRaw } from '../../support/sockets/raw-http.js'

const api = await openTestApi()
const { http } = api.app
const address = await http.listen({ port: 0, host: '127.0.0.1' })
await createTrainable(api.database)
const QUERY = 'query={service{name}}'
const LONG = `query=${encodeURIComponent('{ __schema { types { name description fields { name } } } }')}`
const PATHS = [
  '/',
  '/datasets/mini-cnn',
  '/healthz',
  '/readyz',
  `/graphql?${QUERY}`,
  `/graphql?${LONG}`,
  '/graphql',
  '/graphql?query={nothing}',
  '/export/mini-cnn.json',
  '/export/mini-cnn.csv?validationAccuracy.min=0.5',
  '/export/mini-cnn.about.json',
  '/export/nothing.json',
  '/metrics',
  '/graphql/ws',
  '/nowhere',
]
/** Different for each request. */
const OWN = /^(x-request-id|date|ratelimit-.*|content-length|transfer-encoding|keep-alive)$/

test('HEAD has the status and the headers of GET at every path, and no body', async () => {
  for (const path of PATHS) {
    for (const headers of [{ accept: '*/*' }, { accept: '*/*', 'accept-encoding': 'gzip' }, { accept: 'text/html' }]) {
      const got = await http.inject({ method: 'GET', url: path, headers: headers as never })
      const head = await http.inject({ method: 'HEAD', url: path, headers: headers as never })
      const shown = (all: typeof got.headers) => Object.entries(all).filter(([name]) => !OWN.test(name))
      const about = `${path} ${JSON.stringify(headers)}`
      assert.deepEqual([head.statusCode, head.body], [got.statusCode, ''], about)
      assert.deepEqual(Object.fromEntries(shown(head.headers)), Object.fromEntries(shown(got.headers)), about)
      const [long, ours] = [got.headers['content-length'], head.headers['content-length']]
      if (long !== undefined && ours !== undefined) assert.equal(ours, long, about)
    }
  }
})

test('If-None-Match takes lists, weak tags and the asterisk, for GET and for HEAD', async () => {
  for (const path of [`/graphql?${QUERY}`, '/export/mini-cnn.json', '/export/mini-cnn.csv']) {
    const { headers } = await http.inject({ method: 'GET', url: path })
    const etag = String(headers.etag)
    for (const [tags, status] of [
      [etag, 304],
      [`W/${etag}`, 304],
      [`"a", W/"b" ,${etag}`, 304],
      ['*', 304],
      [' * ', 304],
      ['"a", "b"', 200],
      [`"a${etag.slice(1)}`, 200],
      ['', 200],
    ] as const) {
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await http.inject({ method, url: path, headers: { 'if-none-match': tags } })
        assert.equal(answer.statusCode, status, `${method} ${path} ${tags}`)
        assert.equal(answer.headers.etag, etag)
        for (const name of ['cache-control', 'vary', 'access-control-allow-origin', 'x-request-id']) {
          assert.ok(answer.headers[name], `${name} of ${status} ${path}`)
        }
        if (status === 304) assert.equal(answer.body, '')
      }
    }
  }
  // Nothing that could be cached: the asterisk changes nothing.
  for (const path of ['/export/nothing.json', '/graphql?query={nothing}']) {
    const answer = await http.inject({ method: 'GET', url: path, headers: { 'if-none-match': '*' } })
    assert.ok(answer.statusCode >= 400, path)
  }
})

test('a method that a path does not have is refused with the methods that it has', async () => {
  for (const [method, url, allow] of [
    ['PUT', '/graphql', 'GET, HEAD, POST'],
    ['DELETE', '/graphql/?a=b', 'GET, HEAD, POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/export/mini-cnn.json', 'GET, HEAD'],
    ['PATCH', '/metrics', 'GET, HEAD'],
  ] as const) {
    const answer = await http.inject({ method, url })
    const { errors } = answer.json()
    assert.deepEqual([answer.statusCode, answer.headers.allow, errors[0].extensions.code], [405, allow, 'BAD_REQUEST'])
  }
  assert.equal((await http.inject({ method: 'PUT', url: '/nowhere' })).statusCode, 404)
})

test('a slash at the end of a path, query parameters without a value and a Range header change nothing', async () => {
  for (const url of [
    `/graphql/?${QUERY}`,
    `/graphql?${QUERY}&operationName=&variables=&extensions=`,
    `/graphql?operationName&${QUERY}`,
  ]) {
    const answer = await http.inject({ method: 'GET', url, headers: { range: 'bytes=0-3' } })
    assert.deepEqual([answer.statusCode, answer.body.trim()], [200, '{"data":{"service":{"name":"actbench"}}}'], url)
  }
  assert.equal((await http.inject('/healthz/')).statusCode, 200)
})

test('clients of HTTP/1.0 are answered, with and without a Host header', async () => {
  for (const head of ['', 'host: a\r\n']) {
    const answer = await sendRaw(address, `GET /graphql?${QUERY} HTTP/1.0\r\n${head}\r\n`)
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
    assert.match(answer, /\{"data":\{"service":\{"name":"actbench"\}\}\}/)
    const file = await sendRaw(address, `GET /export/mini-cnn.csv HTTP/1.0\r\n${head}\r\n`)
    assert.match(file, /^HTTP\/1\.1 200 OK\r\n/)
    assert.doesNotMatch(file, /transfer-encoding/i)
  }
})

test('bodies that wait for 100 Continue, that come in chunks, or with a charset, are read', async () => {
  const body = '{"query":"{service{name}}"}'
  const length = `content-length: ${body.length}\r\n`
  for (const [headers, sent] of [
    [`expect: 100-continue\r\ncontent-type: application/json\r\n${length}`, body],
    [`content-type: Application/JSON; Charset=UTF-8\r\n${length}`, body],
    [
      'content-type: application/json\r\ntransfer-encoding: chunked\r\n',
      `5\r\n${body.slice(0, 5)}\r\n16\r\n${body.slice(5)}\r\n0\r\n\r\n`,
    ],
  ]) {
    const answer = await sendRaw(
      address,
      `POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${headers}\r\n${sent}`,
    )
    assert.match(answer, /HTTP\/1\.1 200 OK\r\n[\s\S]*\{"data":\{"service":\{"name":"actbench"\}\}\}/, headers)
  }
})

test('also answers that are made before any route can be read by pages of other origins', async () => {
  const broken = await sendRaw(address, 'GET /%zz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  const long = await sendRaw(address, `GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`)
  for (const [answer, status] of [
    [broken, 400],
    [long, 431],
  ] as const) {
    assert.match(
      answer,
      new RegExp(`^HTTP/1\\.1 ${status} [\\s\\S]*access-control-allow-origin: \\*[\\s\\S]*"code":"BAD_REQUEST"`, 'i'),
    )
  }
})
