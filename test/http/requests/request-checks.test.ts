import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import WebSocket from 'ws'
import { openTestApi } from '../../support/api.js'
import { sendRaw as sendTo } from '../../support/sockets/raw-http.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'

const api = await openTestApi(undefined, undefined, {
  limits: { bodySeconds: 2, headerSeconds: 1, sockets: 3, socketOperations: 2, initSeconds: 1, bodyBytes: 5000 },
})
const { http } = api.app
const address = new URL(await http.listen({ port: 0, host: '127.0.0.1' }))
const payload = JSON.stringify({ query: '{ service { name } }' })
const json = { 'content-type': 'application/json' }

const sendRaw = (bytes: string) => sendTo(address.href, bytes)

test('a compressed body is refused, whatever it contains', async () => {
  for (const [encoding, body] of [
    ['gzip', gzipSync(payload)],
    ['br', Buffer.from(payload)],
    ['gzip, gzip', gzipSync(gzipSync(payload))],
  ] as const) {
    const headers = { ...json, 'content-encoding': encoding }
    const answer = await http.inject({ method: 'POST', url: '/graphql', headers, payload: body })
    assert.deepEqual([answer.statusCode, answer.headers['accept-encoding']], [415, 'identity'])
    assert.equal(answer.json().errors[0].extensions.code, 'BAD_REQUEST')
  }
  const headers = { ...json, 'content-encoding': 'identity' }
  assert.equal((await http.inject({ method: 'POST', url: '/graphql', headers, payload })).statusCode, 200)
})

test('a body that is too large is refused before it is read', async () => {
  const answer = await http.inject({ method: 'POST', url: '/graphql', headers: json, payload: 'x'.repeat(5001) })
  assert.equal(answer.statusCode, 413)
  const announced = await sendRaw(
    `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99999999\r\nconnection: close\r\n\r\n{`,
  )
  assert.match(announced, /^HTTP\/1\.1 413 /)
})

test('a request that arrives too slowly is ended, in its head or in its body', async () => {
  const head = await sendRaw('POST /graphql HTTP/1.1\r\nhost: a\r\nx-slow')
  assert.match(head, /^HTTP\/1\.1 408 [\s\S]*"code":"BAD_REQUEST"/)
  const body = await sendRaw(
    'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query":',
  )
  assert.match(body, /^HTTP\/1\.1 408 [\s\S]*"code":"BAD_REQUEST"/)
})

test('a head that is too large, and bytes that are not HTTP, are answered with a code of the API', async () => {
  const large = await sendRaw(`GET /graphql?query=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`)
  assert.match(large, /^HTTP\/1\.1 431 [\s\S]*"code":"BAD_REQUEST"/)
  assert.match(await sendRaw('hello\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*"code":"BAD_REQUEST"/)
})

test('an invalid Host header is refused', async () => {
  for (const host of ['a b', '[', 'x:y:z', '%']) {
    const answer = await sendRaw(
      `GET /graphql?query={service{name}} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    )
    assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*"code":"BAD_REQUEST"/, host)
  }
})

test('every answer has the security headers', async () => {
  for (const url of ['/graphql?query={service{name}}', '/nowhere', '/healthz', '/export/nothing.json', '/graphql']) {
    const { headers } = await http.inject({ method: 'GET', url })
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['x-frame-options'], 'DENY')
    assert.equal(headers['content-security-policy'], "default-src 'none'; frame-ancestors 'none'")
  }
  const page = await http.inject({ method: 'GET', url: '/graphql', headers: { accept: 'text/html' } })
  assert.match(String(page.headers['content-security-policy']), /script-src 'self'.*frame-ancestors 'none'/)
})

test('pages of any origin may read, and none can use the credentials of a browser', async () => {
  const origin = 'https://notebook.example'
  for (const [method, url] of [
    ['GET', '/graphql?query={service{name}}'],
    ['GET', '/export/nothing.json'],
    ['GET', '/graphql?query={nothing}'],
  ] as const) {
    const { headers } = await http.inject({ method, url, headers: { origin } })
    assert.equal(headers['access-control-allow-origin'], '*')
    assert.equal(headers['access-control-allow-credentials'], undefined)
    assert.match(String(headers['access-control-expose-headers']), /x-request-id/)
  }
  const asked = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' }
  const preflight = await http.inject({ method: 'OPTIONS', url: '/graphql', headers: asked })
  assert.deepEqual([preflight.statusCode, preflight.body], [204, ''])
  assert.equal(preflight.headers['access-control-allow-origin'], '*')
  assert.equal(preflight.headers['access-control-allow-methods'], 'GET, HEAD, POST')
  assert.match(String(preflight.headers['access-control-allow-headers']), /authorization, content-type/)
  assert.equal(preflight.headers['access-control-allow-credentials'], undefined)
})

test('a page of another origin may send any header to every path, and read every answer', async () => {
  const origin = 'https://notebook.example'
  const wanted = 'apollographql-client-name, traceparent, x-custom-1'
  const paths = ['/', '/graphql', '/export/nothing.json', '/healthz', '/readyz', '/metrics', '/graphql/ws', '/nowhere']
  for (const url of paths) {
    const headers = { origin, 'access-control-request-headers': wanted, 'access-control-request-method': 'POST' }
    const preflight = await http.inject({ method: 'OPTIONS', url, headers })
    assert.deepEqual([preflight.statusCode, preflight.body], [204, ''], url)
    // The names themselves, because old browsers do not know the wildcard.
    const allowed = String(preflight.headers['access-control-allow-headers']).split(', ')
    for (const name of [...wanted.split(', '), 'authorization', 'content-type', '*'])
      assert.ok(allowed.includes(name), name)
    assert.match(String(preflight.headers.vary), /access-control-request-headers/i)
    assert.ok(preflight.headers['x-request-id'])
    const answer = await http.inject({ method: 'GET', url, headers: { origin } })
    assert.equal(answer.headers['access-control-allow-origin'], '*', url)
    for (const name of [
      'etag',
      'retry-after',
      'content-disposition',
      'ratelimit-remaining',
      'x-request-id',
      'x-license',
    ]) {
      assert.ok(String(answer.headers['access-control-expose-headers']).split(', ').includes(name), name)
    }
  }
  const compressed = await http.inject({
    method: 'POST',
    url: '/graphql',
    headers: { origin, 'content-encoding': 'gzip' },
  })
  assert.deepEqual([compressed.statusCode, compressed.headers['access-control-allow-origin']], [415, '*'])
})

test('a page of another origin can send no request without a preflight', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const answer = await http.inject({ method: 'POST', url: '/graphql', headers: { 'content-type': type }, payload })
    assert.equal(answer.statusCode, 415, type)
  }
  const url = `/graphql?query=${encodeURIComponent('mutation { deleteDataset(name: "x") { name } }')}`
  assert.equal((await http.inject({ method: 'GET', url })).statusCode, 405)
})

const openRaw = (headers = {}) =>
  new Promise<WebSocket | number>((done) => {
    const socket = new WebSocket(`ws://${address.host}/graphql/ws`, 'graphql-transport-ws', { headers })
    socket.on('open', () => done(socket))
    socket.on('unexpected-response', (_request, response) => done(response.statusCode ?? 0))
    socket.on('error', () => {})
  })
const closed = (socket: WebSocket) => new Promise<number>((done) => socket.once('close', done))

test('an address has a limited number of web sockets, and a closed one makes room', async () => {
  // Each sends its first message, so that none is closed for its silence.
  const open = [await openRaw(), await openRaw(), await openRaw()] as WebSocket[]
  for (const socket of open) socket.send('{"type":"connection_init"}')
  assert.equal(await openRaw(), 429)
  assert.equal(await openRaw({ 'x-forwarded-for': '203.0.113.1' }), 429)
  const gone = open.map(closed)
  for (const socket of open) socket.close()
  await Promise.all(gone)
  let next = await openRaw()
  while (typeof next === 'number') next = await openRaw()
  next.close()
  await closed(next)
})

test('a web socket without a first message, or with too much or invalid data, is closed', async () => {
  const open = async () => {
    for (;;) {
      const socket = await openRaw()
      if (typeof socket !== 'number') return socket
    }
  }
  assert.equal(await closed(await open()), 4408)
  const large = await open()
  large.send('x'.repeat(5001))
  assert.equal(await closed(large), 1009)
  const nonsense = await open()
  nonsense.send('nonsense')
  assert.equal(await closed(nonsense), 4400)
  const early = await open()
  early.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ service { name } }' } }))
  assert.equal(await closed(early), 4401)
})

test('a web socket runs a limited number of operations at the same time', async (t) => {
  const { database } = api
  await database.pool.query(
    "INSERT INTO datasets (name, version, title, description, architecture, task, origin, updated_at) VALUES ('d', '1', 't', 'd', 'a', 't', 'REPORTED', now())",
  )
  const socket = await openTestSocket(api)
  t.after(() => socket.close())
  const query = 'subscription { evaluations(dataset: "d") { id } }'
  const running = [socket.open(query), socket.open(query)]
  for (const stream of running) void stream.next().catch(() => {})
  await assert.rejects(
    async () => {
      for await (const _ of socket.open(query));
    },
    (errors: { extensions: object }[]) => {
      assert.deepEqual(errors[0].extensions, { code: 'QUERY_TOO_COMPLEX', cost: 3, limit: 2 })
      return true
    },
  )
})
