import assert from 'node:assert/strict'
import { connect } from 'node:net'
import process from 'node:process'
import { after, test } from 'node:test'
import { openTestApi } from '../../support/api.js'
import { readStatuses, sendRaw, writeRequest } from '../../support/sockets/raw-http.js'
import { waitUntil } from '../../support/wait-until.js'

// A warning of the runtime, such as of too many listeners, would fill the log of the service.
const warnings: Error[] = []
process.on('warning', (warning) => warnings.push(warning))
after(() => assert.deepEqual(warnings, []))

const CLOSE = { headers: { connection: 'close' } }
const api = await openTestApi()
const address = await api.app.http.listen({ port: 0, host: '127.0.0.1' })
const get = (alias: string, options = {}) => writeRequest(`/graphql?query={${alias}:datasets{totalCount}}`, options)

test('2,000 requests that a client sends at once over one connection are answered one after the other', async () => {
  const aliases = Array.from({ length: 2000 }, (_, i) => `a${i}`)
  const answers = await sendRaw(address, aliases.map((alias) => get(alias)).join('') + writeRequest('/healthz', CLOSE))
  assert.deepEqual(new Set(readStatuses(answers)), new Set([200]))
  assert.deepEqual(
    [...answers.matchAll(/\{"data":\{"(a\d+)":\{"totalCount":0\}\}\}/g)].map(([, alias]) => alias),
    aliases,
  )
})

test('pipelined requests of several kinds are answered in their order, with and without a body', async () => {
  const body = JSON.stringify({ query: '{ service { name } }' })
  const kinds = [
    [writeRequest('/graphql', { body }), 200],
    [writeRequest('/healthz'), 200],
    [writeRequest('/nowhere'), 404],
    [writeRequest('/graphql', { body: '{"query":"{"}' }), 400],
    [writeRequest('/graphql', { method: 'OPTIONS' }), 204],
    [writeRequest('/graphql', { method: 'PUT' }), 405],
    [writeRequest('/export/nothing.json'), 404],
    [get('a', { method: 'HEAD' }), 200],
  ] as const
  const many = Array.from({ length: 50 }, () => kinds).flat()
  const answers = await sendRaw(address, many.map(([bytes]) => bytes).join('') + writeRequest('/healthz', CLOSE))
  assert.deepEqual(readStatuses(answers), [...many.map(([, status]) => status), 200])
})

test('many connections that each send requests without waiting get no 503', async () => {
  const bytes = Array.from({ length: 20 }, (_, i) => get(`a${i}`)).join('') + writeRequest('/healthz', CLOSE)
  const answers = await Promise.all(Array.from({ length: 60 }, () => sendRaw(address, bytes)))
  for (const each of answers) {
    const statuses = readStatuses(each)
    assert.equal(statuses.length, 21)
    assert.ok(
      statuses.every((status) => status === 200 || status === 429),
      String(statuses),
    )
  }
})

test('an answer that closes the connection is the last one, and no later request is carried out', async () => {
  const secret = await api.createKey('ADMIN')
  const query = 'mutation { createApiKey(input: { name: "never", scopes: [TRAIN] }) { secret } }'
  const body = JSON.stringify({ query })
  const late = writeRequest('/graphql', { body, headers: { authorization: `Bearer ${secret}` } })
  const answers = await sendRaw(address, writeRequest('/healthz', CLOSE) + late)
  assert.deepEqual(readStatuses(answers), [200])
  const { data } = await api.ask('{ apiKeys { name } }', {}, secret)
  assert.ok(!JSON.stringify(data).includes('never'))
})

test('bytes that are not HTTP are refused after the answers to the requests before them', async () => {
  const answers = await sendRaw(address, `${get('a')}${get('b')}hello\r\n\r\n`)
  assert.deepEqual(readStatuses(answers), [200, 200, 400])
})

test('a client that waits with too many requests gets 429 and no memory of the server', async (t) => {
  const small = await openTestApi(t, undefined, { limits: { heldBytes: 2 ** 16 } })
  const there = await small.app.http.listen({ port: 0, host: '127.0.0.1' })
  const bytes = Array.from({ length: 500 }, (_, i) => get(`a${i}`)).join('')
  const statuses = readStatuses(await sendRaw(there, bytes))
  assert.equal(statuses.at(-1), 429)
  assert.ok(statuses.length < 100 && statuses.slice(0, -1).every((status) => status === 200), String(statuses))
  // The connection is gone, and so is its part of the memory.
  await waitUntil(async () => readStatuses(await sendRaw(there, get('b') + get('c', CLOSE))).join() === '200,200')
})

test('clients that leave while their requests wait, or that send half a body, disturb nobody', async () => {
  const { hostname, port } = new URL(address)
  for (const bytes of [
    Array.from({ length: 200 }, (_, i) => get(`a${i}`)).join(''),
    `${get('a')}${writeRequest('/graphql', { body: '{"query":"{service{name}}"}' }).slice(0, -5)}`,
  ]) {
    const client = connect(Number(port), hostname, () =>
      client.write(bytes, () => setTimeout(() => client.destroy(), 20)),
    )
    await new Promise((done) => client.on('error', () => {}).on('close', done))
  }
  await waitUntil(() => api.app.gate.inProgress === 0)
  assert.deepEqual(readStatuses(await sendRaw(address, get('a', CLOSE))), [200])
})
