import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { createApiKey } from '../src/services/access/api-keys.js'
import { openKeepAliveClient } from './support/attacks/keep-alive-client.js'
import { openTestDatabase } from './support/database.js'
import { createTrainable } from './support/fixtures/training-fixture.js'
import { startServerProcess } from './support/server-process.js'
import { waitUntil } from './support/wait-until.js'

const ADMIN = { apiKeyId: 0, name: 'test', scopes: ['ADMIN' as const] }
const CREATE = 'mutation ($name: String!) { createApiKey(input: { name: $name, scopes: [TRAIN] }) { apiKey { id } } }'

test('SIGTERM under load drops no accepted request and tells WebSocket clients to reconnect', async (t) => {
  const database = await openTestDatabase(t)
  await createTrainable(database)
  const { secret } = await createApiKey(database, ADMIN, { name: 'k', scopes: ['ADMIN'] })
  const server = await startServerProcess(database.url, { ACTBENCH_RATE_LIMIT: '0' })
  t.after(() => server.child.kill('SIGKILL'))
  let socketClosed: number | null = null
  const client = createClient({
    url: `${server.address.replace('http', 'ws')}/graphql/ws`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    on: { closed: (event) => (socketClosed = (event as { code: number }).code) },
  })
  const watching = client.iterate({ query: 'subscription { evaluations(dataset: "mini-cnn") { id } }' }).next()
  watching.catch(() => {})

  let [answered, isStopping, sawNotReady] = [0, false, false]
  const created: string[] = []
  const failures: unknown[] = []
  const run = async (number: number) => {
    const { ask, close } = openKeepAliveClient(server.address)
    for (let i = 0; ; i++) {
      const name = `load-${number}-${i}`
      try {
        const isWrite = number % 2 === 0
        const { status, headers, body } = isWrite
          ? await ask(CREATE, { name }, secret)
          : await ask('{ datasets(first: 5) { nodes { name evaluationCount } } }')
        answered++
        // On a busy machine an operation may wait too long for its turn. Both codes are then valid answers.
        const isBusy = [429, 503].includes(status)
        if (!isBusy && (status !== 200 || body.errors)) failures.push(body)
        else if (isWrite && !isBusy) created.push(name)
        // The server announces that it closes the connection, so a real client would go to another server.
        if (headers.connection === 'close') break
      } catch (error) {
        failures.push(error)
        break
      }
    }
    close()
  }
  const load = Promise.all(Array.from({ length: 16 }, (_, number) => run(number)))
  await waitUntil(() => answered > 200)
  const before = answered
  server.child.kill('SIGTERM')
  isStopping = true
  while (isStopping && !sawNotReady) {
    const ready = await fetch(`${server.address}/readyz`, { headers: { connection: 'close' } }).catch(() => null)
    if (!ready) break
    sawNotReady = ready.status === 503
  }
  await load
  assert.equal(await server.exited, 0)
  assert.deepEqual(failures, [])
  assert.ok(sawNotReady)
  assert.ok(answered > before)
  const names = new Set((await database.prisma.apiKey.findMany()).map(({ name }) => name))
  assert.ok(created.every((name) => names.has(name)))
  assert.equal(names.size, created.length + 1)
  await waitUntil(() => socketClosed !== null)
  assert.equal(socketClosed, 1012)
  await assert.rejects(fetch(`${server.address}/healthz`))
})

test('a client that never finishes its request does not stop a server from exiting', async (t) => {
  const database = await openTestDatabase(t)
  const server = await startServerProcess(database.url)
  t.after(() => server.child.kill('SIGKILL'))
  const { hostname, port } = new URL(server.address)
  const { connect } = await import('node:net')
  const slow = connect(Number(port), hostname)
  slow.on('error', () => {})
  await once(slow, 'connect')
  slow.write('POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{')
  await waitUntil(async () => (await fetch(`${server.address}/healthz`)).ok)
  server.child.kill('SIGTERM')
  assert.equal(await server.exited, 0)
})

test('no key ever appears in the log, at any level', async (t) => {
  const database = await openTestDatabase(t)
  const admin = `admin-key-${'x'.repeat(20)}`
  const { secret } = await createApiKey(database, ADMIN, { name: 'k', scopes: ['ADMIN'] })
  const server = await startServerProcess(database.url, { LOG_LEVEL: 'trace', ACTBENCH_ADMIN_KEY: admin })
  t.after(() => server.child.kill('SIGKILL'))
  const { ask, close } = openKeepAliveClient(server.address)
  t.after(close)
  const made = await ask('mutation Make { createApiKey(input: { name: "n", scopes: [TRAIN] }) { secret } }', {}, secret)
  const shown = made.body.data.createApiKey.secret as string
  assert.match(shown, /^abk_[\w-]{43}$/)
  for (const each of [secret, shown, admin, `${secret}x`]) {
    await ask('{ viewer { name } }', {}, each)
    await ask(`{ activation(expression: "${each}") { id } }`, {}, each)
    await fetch(`${server.address}/graphql?query={viewer{name}}&secret=${each}`)
    await fetch(`${server.address}/nowhere/${each}`)
    await fetch(`${server.address}/graphql`, {
      method: 'POST',
      body: each,
      headers: { 'content-type': 'application/json' },
    })
  }
  // An unexpected failure, caused by a request that contains the key.
  await database.pool.query('ALTER TABLE datasets RENAME TO lost')
  const failed = await ask(`{ dataset(name: "${shown}") { id } }`, {}, secret)
  assert.equal(failed.body.errors[0].extensions.code, 'INTERNAL_SERVER_ERROR')
  await waitUntil(() => server.log().includes(failed.body.errors[0].extensions.requestId))
  server.child.kill('SIGTERM')
  await server.exited
  assert.match(server.log(), /"operation":"Make"/)
  for (const each of [secret, shown, admin]) assert.ok(!server.log().includes(each.slice(4)), each)
  assert.ok(
    server
      .log()
      .split('\n')
      .filter(Boolean)
      .every((line) => JSON.parse(line)),
  )
})
