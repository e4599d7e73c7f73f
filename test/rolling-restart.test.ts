import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApiKey } from '../src/services/access/api-keys.js'
import { findFreePort } from '../src/start/free-port.js'
import { openTestDatabase } from './support/database.js'
import { createTrainable } from './support/fixtures/training-fixture.js'
import { type ServerProcess, startServerProcess } from './support/server-process.js'
import { openHttpProxy } from './support/sockets/http-proxy.js'
import { waitUntil } from './support/wait-until.js'

const ADMIN = { apiKeyId: 0, name: 'test', scopes: ['ADMIN' as const] }
const CREATE = 'mutation ($name: String!) { createApiKey(input: { name: $name, scopes: [TRAIN] }) { apiKey { id } } }'
const READ = '{ datasets(first: 5) { nodes { name evaluationCount } } }'

test('a rolling restart of two servers behind a proxy loses no request, although each server refuses connections', async (t) => {
  const database = await openTestDatabase(t)
  await createTrainable(database)
  // A server without functions is not ready.
  await database.pool.query(
    "INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant) VALUES (sha256('x'), 2, 'x', 0, '{}', true, false)",
  )
  const { secret } = await createApiKey(database, ADMIN, { name: 'k', scopes: ['ADMIN'] })
  const ports = [await findFreePort(), await findFreePort()]
  const start = (port: number) =>
    startServerProcess(database.url, { PORT: String(port), ACTBENCH_SHUTDOWN_DELAY: '2', ACTBENCH_RATE_LIMIT: '0' })
  const servers: ServerProcess[] = await Promise.all(ports.map(start))
  t.after(() => {
    for (const { child } of servers) child.kill('SIGKILL')
  })
  const addresses = servers.map(({ address }) => address)
  const proxy = await openHttpProxy(t, addresses, { idleMilliseconds: 1000 })

  let [isOver, sent] = [false, 0]
  const created: string[] = []
  const failures: unknown[] = []
  const ask = async (i: number): Promise<void> => {
    const name = `restart-${i}`
    const query = i % 3 === 0 ? CREATE : READ
    const url = `${proxy.address}/graphql`
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${secret}` }
    const response =
      i % 3 === 1
        ? await fetch(`${url}?${new URLSearchParams({ query: READ })}`)
        : await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables: { name } }) })
    const body = (await response.json()) as { errors?: unknown }
    if (response.status !== 200 || body.errors) failures.push([response.status, body])
    else if (query === CREATE) created.push(name)
  }
  const running: Promise<void>[] = []
  const load = (async () => {
    // At least 15 requests per second.
    for (; !isOver; await sleep(50)) running.push(ask(sent++).catch((error) => void failures.push(String(error))))
  })()
  const isReady = async (address: string) => (await fetch(`${address}/readyz`).catch(() => null))?.status === 200
  for (const [i, port] of ports.entries()) {
    await waitUntil(() => created.length > 5 * (i + 1))
    const { child, exited } = servers[i]
    child.kill('SIGTERM')
    await waitUntil(async () => !(await isReady(addresses[i])))
    // While it is not ready, it still answers.
    assert.equal((await fetch(`${addresses[i]}/graphql?${new URLSearchParams({ query: READ })}`)).status, 200)
    assert.equal(await exited, 0)
    servers[i] = await start(port)
    await waitUntil(() => isReady(addresses[i]))
  }
  isOver = true
  await load
  await Promise.all(running)
  t.diagnostic(`${sent} requests`)
  assert.deepEqual([failures, proxy.lost], [[], []])
  const names = new Set((await database.prisma.apiKey.findMany()).map(({ name }) => name))
  assert.ok(created.every((name) => names.has(name)))
  assert.equal(names.size, created.length + 1)
})
