import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '../../src/db/connection/client.js'
import { applyMigrations } from '../../src/db/connection/migrate.js'
import { createRandom } from '../../src/numeric/random.js'
import { createApiKey } from '../../src/services/access/api-keys.js'
import { openEmbeddedPostgres } from '../../src/start/embedded-postgres.js'
import { findFreePort } from '../../src/start/free-port.js'
import { readPostmaster } from '../../src/start/postmaster-file.js'
import { type KeepAliveClient, openKeepAliveClient } from './attacks/keep-alive-client.js'
import { createTrainable } from './fixtures/training-fixture.js'
import { type ServerProcess, startServerProcess } from './server-process.js'
import { waitUntil } from './wait-until.js'

export const WRITE_KINDS = [
  'createDataset',
  'addEvaluation',
  'reportEvaluation',
  'createApiKey',
  'trainActivation',
] as const
type WriteKind = (typeof WRITE_KINDS)[number]

export interface WriteReport {
  readonly faults: Readonly<Record<string, number>>
  /** Number of writes of each kind that were acknowledged. */
  readonly acknowledged: Readonly<Record<WriteKind, number>>
  /** Number of writes of each kind that got no answer, RATE_LIMITED or SERVICE_UNAVAILABLE. */
  readonly unknown: Readonly<Record<WriteKind, number>>
  /** Acknowledged writes that are missing from the database. */
  readonly lost: readonly string[]
  /** Writes that are in the database twice, were never requested, or were deleted. */
  readonly doubled: readonly string[]
  /** Answers with any error code other than RATE_LIMITED and SERVICE_UNAVAILABLE. */
  readonly unexpected: readonly string[]
  /** Number of rows that an interrupted write left incomplete. */
  readonly incomplete: number
  /** The longest recovery: the time from the end of a fault to the next acknowledged write. */
  readonly slowestSeconds: number
}

/** Kills (-9) a server and its PostgreSQL in turn while five writers write. Then looks for each write in the database. */
export async function runWriteFaults(faults: number, seed: number): Promise<WriteReport> {
  const random = createRandom(seed, 'write faults')
  const folder = mkdtempSync(join(tmpdir(), 'actbench-writes-'))
  let postgres = await openEmbeddedPostgres(folder)
  await applyMigrations(postgres.url)
  const database = openDatabase(postgres.url, { applicationName: 'actbench write faults' })
  await createTrainable(database)
  const admin = { apiKeyId: 0, name: 'faults', scopes: ['ADMIN' as const] }
  const { secret } = await createApiKey(database, admin, { name: 'k', scopes: ['ADMIN'] })
  const port = await findFreePort()
  const environment = { PORT: String(port), ACTBENCH_RATE_LIMIT: '0' }
  let server: ServerProcess = await startServerProcess(postgres.url, environment)
  const writers = createWriters(server.address, secret)
  await writers.prepare()
  const load = writers.start()
  const counts: Record<string, number> = {}
  let slowest = 0
  for (let fault = 0; fault < faults; fault++) {
    await writers.nextAcknowledged(15)
    await sleep(random.uniform() * 600)
    const kind = fault % 2 === 0 ? 'server killed' : 'PostgreSQL killed'
    if (kind === 'server killed') {
      server.child.kill('SIGKILL')
      await server.exited
      server = await startServerProcess(postgres.url, environment)
    } else {
      const { port: postgresPort } = postgres
      process.kill(readPostmaster(join(folder, 'postgres'))!.pid, 'SIGKILL')
      await postgres.exited
      postgres = await openEmbeddedPostgres(folder, { port: postgresPort })
    }
    counts[kind] = (counts[kind] ?? 0) + 1
    const repairedAt = performance.now()
    await writers.nextAcknowledged()
    slowest = Math.max(slowest, (performance.now() - repairedAt) / 1000)
  }
  writers.stop()
  await load
  const report = { faults: counts, slowestSeconds: slowest, ...writers.outcome, ...(await compare(database, writers)) }
  server.child.kill('SIGTERM')
  await server.exited
  await database.close()
  await postgres.close()
  rmSync(folder, { recursive: true, force: true })
  return report
}

type Writers = ReturnType<typeof createWriters>

const KEPT_DATASETS = 50

/** Each writer gives every write a unique name, and remembers which writes were acknowledged and which are uncertain. */
function createWriters(address: string, secret: string) {
  const names = () =>
    Object.fromEntries(WRITE_KINDS.map((kind) => [kind, new Set<string>()])) as Record<WriteKind, Set<string>>
  const [acknowledged, unknown] = [names(), names()]
  const unexpected: string[] = []
  const removed = new Set<string>()
  let isOver = false
  let searchId = ''
  let total = 0

  async function write(client: KeepAliveClient, kind: WriteKind, name: string, document: string): Promise<unknown> {
    try {
      const { body } = await client.ask(`mutation { ${document} }`, {}, secret)
      if (!body.errors) {
        acknowledged[kind].add(name)
        unknown[kind].delete(name)
        total++
        return Object.values(body.data)[0]
      }
      const { code } = body.errors[0].extensions
      if (!['RATE_LIMITED', 'SERVICE_UNAVAILABLE'].includes(code))
        unexpected.push(`${kind} ${name}: ${JSON.stringify(body.errors[0])}`)
    } catch {
      // The connection broke, so the write may or may not have happened.
    }
    unknown[kind].add(name)
    await sleep(250)
    return null
  }

  /** After an acknowledged deletion the dataset must be gone. Without an answer, the outcome is uncertain. */
  async function remove(client: KeepAliveClient, name: string): Promise<void> {
    if (!acknowledged.createDataset.delete(name)) return
    unknown.createDataset.add(name)
    const answer = await client
      .ask(`mutation { deleteDataset(name: "${name}") { name } }`, {}, secret)
      .catch(() => null)
    if (answer?.body.data?.deleteDataset) removed.add(name)
  }

  const ways: Record<WriteKind, (client: KeepAliveClient, i: number) => Promise<unknown>> = {
    createDataset: async (client, i) => {
      // The number of datasets of a key is limited, so each dataset is deleted some writes later and no longer counted.
      const document = `createDataset(input: { name: "set-${i}", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }`
      await write(client, 'createDataset', `set-${i}`, document)
      if (i > KEPT_DATASETS) await remove(client, `set-${i - KEPT_DATASETS}`)
    },
    addEvaluation: (client, i) =>
      write(
        client,
        'addEvaluation',
        String(i),
        `addEvaluation(input: { dataset: "own", expression: "tanh(x)", seed: ${i}, testLoss: ${i} }) { evaluation { id } }`,
      ),
    createApiKey: (client, i) =>
      write(
        client,
        'createApiKey',
        `key ${i}`,
        `createApiKey(input: { name: "key ${i}", scopes: [TRAIN] }) { secret }`,
      ),
    trainActivation: async (client, i) => {
      // Repeated until it is answered: the idempotency key ensures that only one job is created.
      const document = `trainActivation(input: { dataset: "mini-cnn", expression: "relu(x)", seeds: [${i}], idempotencyKey: "train ${i}" }) { jobs { id } }`
      while (!(await write(client, 'trainActivation', String(i), document)) && !isOver);
    },
    reportEvaluation: async (client, i) => {
      const asked = await client
        .ask(`mutation { suggest(input: { searchId: "${searchId}", worker: "w" }) { suggestions { id } } }`, {}, secret)
        .catch(() => null)
      const id = asked?.body.data?.suggest?.suggestions[0]?.id
      if (!id) return void (await sleep(50))
      const name = String(i)
      await write(
        client,
        'reportEvaluation',
        name,
        `reportEvaluation(input: { suggestionId: "${id}", validationAccuracy: ${i / 1e6} }) { search { id } }`,
      )
    },
  }
  return {
    acknowledged,
    unknown,
    removed,
    async prepare() {
      const client = openKeepAliveClient(address)
      const ask = async (document: string) => (await client.ask(`mutation { ${document} }`, {}, secret)).body.data
      await ask(
        'createDataset(input: { name: "own", title: "t", description: "d", architecture: "a", task: "t" }) { dataset { id } }',
      )
      const made = await ask(
        'createSearch(input: { dataset: "own", algorithm: RANDOM, budget: 10000, seed: 1 }) { search { id } }',
      )
      searchId = made.createSearch.search.id
      client.close()
    },
    start: () =>
      Promise.all(
        WRITE_KINDS.map(async (kind) => {
          const client = openKeepAliveClient(address)
          for (let i = 1; !isOver; i++) await ways[kind](client, i)
          client.close()
        }),
      ),
    stop() {
      isOver = true
    },
    async nextAcknowledged(count = 1) {
      const before = total
      await waitUntil(() => total >= before + count)
    },
    get outcome() {
      const sizes = (sets: Record<WriteKind, Set<string>>) =>
        Object.fromEntries(WRITE_KINDS.map((kind) => [kind, sets[kind].size])) as Record<WriteKind, number>
      return { acknowledged: sizes(acknowledged), unknown: sizes(unknown), unexpected }
    },
  }
}

async function compare({ pool }: Database, { acknowledged, unknown, removed }: Writers) {
  const read = async (sql: string) => (await pool.query<{ name: string }>(sql)).rows.map(({ name }) => name)
  const stored: Record<WriteKind, string[]> = {
    createDataset: await read("SELECT name FROM datasets WHERE name LIKE 'set-%'"),
    addEvaluation: await read(
      "SELECT r.seed::text AS name FROM runs r JOIN evaluations e ON e.id = r.evaluation_id WHERE e.expression = 'tanh(x)' AND r.seed IS NOT NULL",
    ),
    createApiKey: await read("SELECT name FROM api_keys WHERE name LIKE 'key %'"),
    trainActivation: await read('SELECT seed::text AS name FROM training_jobs'),
    reportEvaluation: await read(
      "SELECT round(validation_accuracy * 1e6)::int::text AS name FROM suggestions WHERE state = 'COMPLETED'",
    ),
  }
  const [lost, doubled]: string[][] = [[], []]
  for (const kind of WRITE_KINDS) {
    const found = new Set(stored[kind])
    for (const name of acknowledged[kind]) if (!found.has(name)) lost.push(`${kind} ${name}`)
    for (const name of found) {
      if (stored[kind].filter((each) => each === name).length > 1) doubled.push(`${kind} ${name}`)
      if (!acknowledged[kind].has(name) && !unknown[kind].has(name)) doubled.push(`${kind} ${name} was never requested`)
    }
  }
  for (const name of removed)
    if (stored.createDataset.includes(name)) doubled.push(`${name} was deleted but still exists`)
  const [{ incomplete }] = (
    await pool.query<{ incomplete: number }>(`SELECT (
      (SELECT count(*) FROM evaluations e WHERE NOT EXISTS (SELECT FROM runs r WHERE r.evaluation_id = e.id))
      + (SELECT count(*) FROM training_jobs j WHERE j.state = 'QUEUED' AND NOT EXISTS (
          SELECT FROM graphile_worker.jobs t WHERE t.key = 'train_activation:' || j.id))
      + (SELECT count(*) FROM suggestions s WHERE s.state = 'COMPLETED' AND s.evaluation_id IS NULL)
      + (SELECT count(*) FROM activations a WHERE NOT EXISTS (SELECT FROM activation_outputs o WHERE o.activation_id = a.id))
    )::int AS incomplete`)
  ).rows
  return { lost, doubled, incomplete }
}
