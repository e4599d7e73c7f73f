import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { createApiKey } from '../../src/services/access/api-keys.js'
import { ensureActivation } from '../../src/services/activations/ensure-activation.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { readPostmaster } from '../../src/start/postmaster-file.js'
import { openKeepAliveClient } from './attacks/keep-alive-client.js'
import { startServerProcess } from './server-process.js'
import { waitUntil } from './wait-until.js'

/** What the clients of a server saw while its database was down. */
export interface OutageReport {
  /** Number of answers during the outage, by the code of their first error, or OK. */
  readonly during: Readonly<Record<string, number>>
  /** Time of the slowest answer during the outage. */
  readonly slowestSeconds: number
  /** Time from when PostgreSQL accepts connections again to the first good answer. */
  readonly recoverySeconds: number
  /** Time from the same moment until `/readyz` answers 200. */
  readonly readySeconds: number
  /** Whether a subscription that was open all the time received a change made after the outage. */
  readonly subscriptionContinues: boolean
  /** Statuses of `/healthz` and `/readyz` in the middle of the outage. */
  readonly health: number
  readonly readiness: number
  /** Number of requests that got no answer, at any time. */
  readonly dropped: number
  /** Whether one server process survived the whole test. */
  readonly isSameProcess: boolean
}

const READ = '{ datasets(first: 5) { nodes { name evaluationCount } } }'
const ADD = `mutation ($seed: Int!) {
  addEvaluation(input: { dataset: "own", expression: "tanh(x)", seed: $seed, testLoss: 1 }) { evaluation { id } }
}`

/** Kills (-9) the PostgreSQL of a server that has readers and writers, and starts it again after `seconds`. */
export async function runOutage(seconds: number, clients = 8): Promise<OutageReport> {
  const folder = mkdtempSync(join(tmpdir(), 'actbench-outage-'))
  let postgres = await openEmbeddedPostgres(folder)
  await applyMigrations(postgres.url)
  const database = openDatabase(postgres.url)
  await ensureActivation(database.prisma, 'x')
  const admin = { apiKeyId: 0, name: 'outage', scopes: ['ADMIN' as const] }
  const { secret } = await createApiKey(database, admin, { name: 'k', scopes: ['DATASET'] })
  const server = await startServerProcess(postgres.url, { ACTBENCH_RATE_LIMIT: '0' })
  const operator = openKeepAliveClient(server.address)
  const create = 'createDataset(input: { name: "own", title: "t", description: "d", architecture: "a", task: "t" })'
  await operator.ask(`mutation { ${create} { dataset { id } } }`, {}, secret)

  const socket = createClient({
    url: `${server.address.replace('http', 'ws')}/graphql/ws`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  })
  let heard = 0
  void (async () => {
    for await (const _ of socket.iterate({ query: 'subscription { evaluations(dataset: "own") { id } }' })) heard++
  })().catch(() => {})

  let phase: 'before' | 'during' | 'returning' | 'over' = 'before'
  const during: Record<string, number> = {}
  let [slowest, dropped, seed, good] = [0, 0, 0, 0]
  let recoveredAt = 0
  const load = Array.from({ length: clients }, async (_, number) => {
    const { ask, close } = openKeepAliveClient(server.address)
    while (phase !== 'over') {
      const startedIn = phase
      const startedAt = performance.now()
      try {
        const { body } = await (number % 2 ? ask(READ) : ask(ADD, { seed: seed++ }, secret))
        const code: string = body.errors?.[0].extensions.code ?? 'OK'
        if (code === 'OK') good++
        if (startedIn === 'during' && phase === 'during') {
          during[code] = (during[code] ?? 0) + 1
          slowest = Math.max(slowest, performance.now() - startedAt)
        } else if (startedIn === 'returning' && code === 'OK') recoveredAt ||= performance.now()
      } catch {
        dropped++
      }
      await sleep(20)
    }
    close()
  })
  await waitUntil(() => good > 50)
  const status = async (path: string) => (await fetch(server.address + path)).status
  const { port } = postgres
  process.kill(readPostmaster(join(folder, 'postgres'))!.pid, 'SIGKILL')
  await postgres.exited
  // A kept answer may still be sent until the server has seen that its connection ended.
  await waitUntil(async () => (await status('/readyz')) === 503)
  phase = 'during'
  await sleep(seconds * 500)
  const [health, readiness] = [await status('/healthz'), await status('/readyz')]
  await sleep(seconds * 500)
  phase = 'returning'
  postgres = await openEmbeddedPostgres(folder, { port })
  const backAt = performance.now()
  await waitUntil(async () => (await status('/readyz')) === 200)
  const readySeconds = (performance.now() - backAt) / 1000
  await waitUntil(() => recoveredAt > 0)
  const heardBefore = heard
  const subscriptionContinues = await waitUntil(() => heard > heardBefore, 60).catch(() => false)
  phase = 'over'
  await Promise.all(load)
  operator.close()
  await socket.dispose()
  const isSameProcess = server.child.exitCode === null
  server.child.kill('SIGTERM')
  await server.exited
  await database.close()
  await postgres.close()
  rmSync(folder, { recursive: true, force: true })
  const recoverySeconds = Math.max(0, recoveredAt - backAt) / 1000
  const slowestSeconds = slowest / 1000
  return {
    during,
    slowestSeconds,
    recoverySeconds,
    readySeconds,
    subscriptionContinues,
    health,
    readiness,
    dropped,
    isSameProcess,
  }
}
