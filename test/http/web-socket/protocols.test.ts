import assert from 'node:assert/strict'
import { test } from 'node:test'
import WebSocket from 'ws'
import { openTestApi } from '../../support/api.js'

const KNOWN = 'graphql-transport-ws'

/** Opens a web socket, and returns the protocol that the server chose, the close code and reason, or the name in the answer. */
async function tryProtocols(address: string, protocols: string[]) {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, protocols)
  return new Promise<{ protocol: string; answer?: unknown; code?: number; reason?: string }>((done, fail) => {
    socket.on('error', fail)
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
    socket.on('message', (data) => {
      const message = JSON.parse(String(data))
      if (message.type === 'connection_ack') {
        socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ service { name } }' } }))
      } else {
        done({ protocol: socket.protocol, answer: message.payload })
        socket.terminate()
      }
    })
    socket.on('close', (code, reason) => done({ protocol: socket.protocol, code, reason: String(reason) }))
  })
}

for (const protocols of [['graphql-ws', KNOWN], [KNOWN, 'graphql-ws'], ['a', 'b', KNOWN, 'c'], [KNOWN]]) {
  test(`the first web socket after a start is accepted if it offers ${protocols.join(', ')}, and so are later ones`, async (t) => {
    const { app } = await openTestApi(t)
    const address = await app.http.listen({ port: 0, host: '127.0.0.1' })
    for (let i = 0; i < 2; i++) {
      const { protocol, answer } = await tryProtocols(address, protocols)
      assert.deepEqual([protocol, answer], [KNOWN, { data: { service: { name: 'actbench' } } }])
    }
    const both = await Promise.all([tryProtocols(address, protocols), tryProtocols(address, protocols)])
    assert.deepEqual(
      both.map((each) => each.protocol),
      [KNOWN, KNOWN],
    )
  })
}

test('a client that does not offer the protocol learns which one is expected, also after an accepted one', async (t) => {
  const { app } = await openTestApi(t)
  const address = await app.http.listen({ port: 0, host: '127.0.0.1' })
  for (let i = 0; i < 2; i++) {
    for (const [protocols, got] of [
      [['graphql-ws'], 'graphql-ws'],
      [['a', 'b'], 'a'],
      [[], 'none'],
    ] as const) {
      const { code, reason } = await tryProtocols(address, [...protocols])
      assert.deepEqual([code, reason], [4406, `subprotocol: expected ${KNOWN}, got ${got}`])
    }
    await tryProtocols(address, [KNOWN])
  }
})

test('the key of a web socket comes from its first message, or from the header of the upgrade request', async (t) => {
  const api = await openTestApi(t)
  const address = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
  const [train, search] = [await api.createKey('TRAIN'), await api.createKey('SEARCH')]
  const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
  const ask = (headers: Record<string, string>, payload: Record<string, unknown> | undefined) => {
    const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql/ws`, KNOWN, { headers })
    return new Promise((done, fail) => {
      socket.on('error', fail)
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })))
      socket.on('message', (data) => {
        const message = JSON.parse(String(data))
        if (message.type === 'connection_ack') {
          socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ viewer { scopes } }' } }))
          return
        }
        if (message.type === 'complete') return
        const { payload: answer } = message
        done(message.type === 'error' ? answer[0].extensions.code : (answer.data.viewer?.scopes ?? null))
        socket.terminate()
      })
    })
  }
  assert.equal(await ask({}, undefined), null)
  assert.deepEqual(await ask(bearer(train), undefined), ['TRAIN'])
  assert.deepEqual(await ask(bearer(train), {}), ['TRAIN'])
  assert.deepEqual(await ask(bearer(train), { authorization: null }), ['TRAIN'])
  assert.deepEqual(await ask({}, { Authorization: `Bearer ${search}` }), ['SEARCH'])
  assert.deepEqual(await ask(bearer(train), bearer(search)), ['SEARCH'])
  assert.equal(await ask(bearer(train), bearer('wrong')), 'UNAUTHENTICATED')
  assert.equal(await ask(bearer('wrong'), undefined), 'UNAUTHENTICATED')
})
