import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import fastify from 'fastify'
import WebSocket from 'ws'
import type { ActbenchError } from '../../../src/errors.js'
import { createMemoryQuota, QUOTAS_OF_ALL } from '../../../src/http/requests/memory-quota.js'
import { limitRequestMemory } from '../../../src/http/requests/request-memory.js'
import { openTestApi } from '../../support/api.js'
import { openTestDatabase } from '../../support/database.js'
import { createTrainable } from '../../support/fixtures/training-fixture.js'
import { openTestSocket } from '../../support/sockets/web-socket.js'
import { waitUntil } from '../../support/wait-until.js'

const codeOf = (act: () => void): string => {
  try {
    act()
    return 'OK'
  } catch (error) {
    return (error as ActbenchError).code
  }
}

test('the reserved memory is what was not released, and a second release does nothing', () => {
  const act = fc.record({ client: fc.integer({ min: 0, max: 3 }), bytes: fc.integer({ min: 1, max: 400 }) })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), fc.array(fc.nat(59), { maxLength: 120 }), (acts, ends) => {
      const quota = createMemoryQuota(1000)
      const holds = acts.map(({ client, bytes }) => ({
        client,
        bytes,
        end: quota.reserve(`${client}`, bytes),
        isOver: false,
      }))
      for (const place of ends) {
        const hold = holds[place]
        hold?.end()
        if (hold) hold.isOver = true
      }
      for (const client of [0, 1, 2, 3]) {
        const own = holds
          .filter((hold) => hold.client === client && !hold.isOver)
          .reduce((sum, { bytes }) => sum + bytes, 0)
        const all = holds.filter(({ isOver }) => !isOver).reduce((sum, { bytes }) => sum + bytes, 0)
        const expected =
          own + 500 > 1000 ? 'RATE_LIMITED' : all + 500 > QUOTAS_OF_ALL * 1000 ? 'SERVICE_UNAVAILABLE' : 'OK'
        assert.equal(
          codeOf(() => quota.requireRoom(`${client}`, 500)),
          expected,
        )
      }
    }),
  )
})

test('a client that uses little has room, however much others use or announce', () => {
  const part = 2 ** 26
  const quota = createMemoryQuota(part)
  for (let i = 0; i < QUOTAS_OF_ALL; i++) quota.reserve(`address ${i}`, part)
  const ask = (bytes: number) => codeOf(() => quota.requireRoom('another', bytes))
  assert.equal(ask(0), 'OK')
  assert.equal(ask(2 ** 16), 'OK')
  quota.reserve('another', 2 ** 15)
  assert.equal(ask(2 ** 15), 'OK')
  assert.equal(quota.isFull('another'), false)
  assert.equal(ask(2 ** 15 + 1), 'SERVICE_UNAVAILABLE')
  quota.reserve('another', 2 ** 15 + 1)
  assert.equal(quota.isFull('another'), true)
})

test('all clients together have a limit too', () => {
  const quota = createMemoryQuota(1000)
  for (let i = 0; i < QUOTAS_OF_ALL; i++) quota.reserve(`address ${i}`, 1000)
  assert.equal(
    codeOf(() => quota.requireRoom('another', 1)),
    'SERVICE_UNAVAILABLE',
  )
  assert.equal(quota.isFull('address 0'), false)
  quota.reserve('another', 1)
  assert.equal(quota.isFull('address 0'), true)
  assert.equal(quota.isFull('another'), true)
  assert.equal(quota.isFull('a third'), false)
})

test('the memory for bodies is limited: bodies without room are refused unread, and ended ones make room', async (t) => {
  const { http } = (await openTestApi(t, undefined, { limits: { heldBytes: 200_000, bodyBytes: 60_000 } })).app
  const address = new URL(await http.listen({ port: 0, host: '127.0.0.1' }))
  const begin = (length: string) => {
    const head = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${length}\r\n\r\n`
    return openClient(t, address, head)
  }
  const kept = [1, 2, 3].map(() => begin('content-length: 60000'))
  for (const { socket } of kept) await once(socket, 'connect')
  // A chunked body does not announce its length, so the largest length counts.
  for (const length of ['content-length: 60000', 'transfer-encoding: chunked']) {
    let refused = begin(length)
    await waitUntil(async () => {
      if (refused.heard() === '') return false
      // The previous three requests may not have arrived yet.
      if (!/ 429 /.test(refused.heard())) refused = begin(length)
      return / 429 /.test(refused.heard())
    })
    assert.match(refused.heard(), /^HTTP\/1\.1 429 [\s\S]*connection: close[\s\S]*"code":"RATE_LIMITED"/i)
  }
  const small = { method: 'POST', url: '/graphql', payload: { query: '{ service { name } }' } } as const
  assert.equal((await http.inject({ ...small, remoteAddress: '127.0.0.1' })).statusCode, 200, 'what fits is answered')
  assert.equal((await http.inject({ url: '/healthz', remoteAddress: '127.0.0.1' })).statusCode, 200)
  for (const { socket } of kept) socket.destroy()
  const payload = { query: `{ service { name } } #${'x'.repeat(50_000)}` }
  await waitUntil(async () => (await http.inject({ ...small, payload, remoteAddress: '127.0.0.1' })).statusCode === 200)
})

test('a client that does not read its answer is disconnected, and its memory is released', async (t) => {
  const quota = createMemoryQuota(50_000_000)
  const app = fastify()
  limitRequestMemory(app, quota, { bodyBytes: 1000 }, { patienceMilliseconds: 300, leastBytesAMillisecond: 1_000_000 })
  app.get('/graphql', async () => 'x'.repeat(60_000_000))
  t.after(() => app.close())
  const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const { socket } = openClient(t, address, 'GET /graphql HTTP/1.1\r\nhost: a\r\n\r\n')
  socket.pause()
  await waitUntil(() => quota.isFull('127.0.0.1'))
  await waitUntil(() => !quota.isFull('127.0.0.1'))
})

test('a web socket that sends operations and does not read is closed', async (t) => {
  const { http } = (await openTestApi(t, undefined, { limits: { heldBytes: 2 ** 16 } })).app
  const address = await http.listen({ port: 0, host: '127.0.0.1' })
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws')
  t.after(() => socket.terminate())
  socket.on('error', () => {})
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  await once(socket, 'message')
  const { _socket: connection } = socket as unknown as { _socket: Socket }
  connection.pause()
  const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(100_000) } })
  await waitUntil(() => {
    if (connection.writableLength < 2 ** 20) for (let i = 0; i < 20; i++) socket.send(ping)
    return http.websocketServer.clients.size === 0
  })
})

test('a message over a web socket counts until its answer, and the document of a subscription until its end', async (t) => {
  const database = await openTestDatabase(t)
  await createTrainable(database)
  const api = await openTestApi(t, database, { limits: { heldBytes: 150_000 } })
  const { open, close } = await openTestSocket(api)
  const text = `# ${'x'.repeat(40_000)}`
  const ask = async (query: string) => (await open(`${query} ${text}`).next()).value
  for (let i = 0; i < 10; i++) assert.equal((await ask('{ __typename }')).data.__typename, 'Query')
  const events = open(`subscription { evaluations(dataset: "mini-cnn") { id } } ${text}`)
  const first = events.next()
  await waitUntil(async () => {
    const refused = await ask('{ __typename }').catch((errors) => errors)
    return refused[0]?.extensions.code === 'RATE_LIMITED'
  })
  await events.return?.()
  await first
  await waitUntil(async () => (await ask('{ __typename }').catch(() => null))?.data?.__typename === 'Query')
  await close()
})

test('an address has a limited number of connections', async (t) => {
  const { http } = (await openTestApi(t, undefined, { limits: { connections: 10 } })).app
  const address = new URL(await http.listen({ port: 0, host: '127.0.0.1' }))
  const clients = Array.from({ length: 14 }, () => openClient(t, address, ''))
  await waitUntil(() => clients.filter(({ socket }) => socket.closed).length === 4)
  const [open] = clients.filter(({ socket }) => !socket.closed)
  open.socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n')
  await waitUntil(() => / 200 /.test(open.heard()))
  open.socket.destroy()
  await waitUntil(async () => {
    const next = openClient(t, address, 'GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
    await once(next.socket, 'close')
    return / 200 /.test(next.heard())
  })
})

/** A connection on which some bytes were sent, and everything that it received. */
function openClient(t: TestContext, { port }: URL, bytes: string) {
  const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
  let heard = ''
  socket.setEncoding('latin1').on('data', (text) => {
    heard += text
  })
  socket.on('error', () => {})
  t.after(() => socket.destroy())
  return { socket, heard: () => heard }
}
