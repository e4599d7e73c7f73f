// Breaks things at random while trainings run, and counts what became of the jobs: nothing may be lost or doubled.
//   node build/bench/faults.js [faults] [seed]      default: 40 faults, seed 1
// Two workers and a PostgreSQL of its own; every few seconds a worker is killed (-9) or stopped and continued, PostgreSQL
// is killed (-9), or all connections are cut. Each run's metrics are compared with an uninterrupted training's.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, openDatabase } from '../src/db/client.js'
import { throughOutage } from '../src/db/connection-errors.js'
import { applyMigrations } from '../src/db/migrate.js'
import { openBackend } from '../src/networks/backend.js'
import { createRandom } from '../src/networks/random.js'
import { trainNetwork } from '../src/networks/train-network.js'
import { PROJECT_ROOT } from '../src/root.js'
import { trainActivation } from '../src/services/train-activation.js'
import type { Viewer } from '../src/services/viewer.js'
import { openEmbeddedPostgres } from '../src/start/embedded-postgres.js'
import { readPostmaster } from '../src/start/postmaster-file.js'
import { registerTinyDataset } from '../test/support/tiny-dataset.js'
import { createTrainable, createViewer } from '../test/support/training-fixture.js'

const wanted = Number(process.argv[2] ?? 40)
const random = createRandom(Number(process.argv[3] ?? 1), 'faults')
const EXPRESSIONS = ['relu(x)', 'swish(x)', 'tanh(x)', 'mish(x)', 'gelu(x)', 'elu(x)']
const KINDS = ['worker killed', 'worker stopped', 'PostgreSQL killed', 'connections cut'] as const
const PACE = { beatSeconds: 0.5, sweepSeconds: 1, silentSeconds: 3 }

const folder = mkdtempSync(join(tmpdir(), 'actbench-faults-'))
let postgres = await openEmbeddedPostgres(folder)
await applyMigrations(postgres.url)
const database = openDatabase(postgres.url, { applicationName: 'actbench faults' })
database.pool.on('connect', (client) => client.on('error', () => {}))
const tiny = registerTinyDataset()
await createTrainable(database, 'tiny')
const viewer = await createViewer(database, 'faults', ['TRAIN'])
const workers: (ChildProcess | null)[] = [null, null]
let isOver = false
for (const slot of workers.keys()) void keepWorker(slot)
const slowest = new Map<string, number>()
const counts = new Map<string, number>()
let seed = 0
const jobIds = new Set<number>()
for (let fault = 0; fault < wanted; fault++) {
  await queueJobs(database, viewer)
  await waitForProgress()
  await sleep(random.uniform() * 1500)
  const kind = KINDS[Math.floor(random.uniform() * KINDS.length)]
  const began = performance.now()
  await FAULTS()[kind]()
  const repaired = performance.now()
  await waitForProgress()
  counts.set(kind, (counts.get(kind) ?? 0) + 1)
  slowest.set(kind, Math.max(slowest.get(kind) ?? 0, (performance.now() - repaired) / 1000))
  console.log(`${fault + 1} ${kind}: next epoch ${((performance.now() - began) / 1000).toFixed(1)} s after it`)
}
await waitForEnd()
await report()
isOver = true
for (const worker of workers) worker?.kill('SIGKILL')
await database.close()
await postgres.close()
rmSync(folder, { recursive: true, force: true })
process.exit(process.exitCode)

async function keepWorker(slot: number): Promise<void> {
  while (!isOver) {
    const argument = JSON.stringify({ databaseUrl: postgres.url, options: PACE })
    const worker = fork(join(PROJECT_ROOT, 'build/test/support/run-worker.js'), [argument], { stdio: 'ignore' })
    workers[slot] = worker
    await once(worker, 'exit')
    workers[slot] = null
    await sleep(200)
  }
}

function FAULTS(): Record<(typeof KINDS)[number], () => Promise<void>> {
  const pick = () => workers[Math.floor(random.uniform() * workers.length)]
  return {
    'worker killed': async () => void pick()?.kill('SIGKILL'),
    'worker stopped': async () => {
      const worker = pick()
      worker?.kill('SIGSTOP')
      await sleep(random.uniform() * 8000)
      worker?.kill('SIGCONT')
    },
    'PostgreSQL killed': async () => {
      const { port } = postgres
      process.kill(readPostmaster(join(folder, 'postgres'))!.pid, 'SIGKILL')
      await postgres.exited
      await sleep(random.uniform() * 3000)
      postgres = await openEmbeddedPostgres(folder, { port })
    },
    'connections cut': async () => {
      await throughOutage(
        () => database.prisma.$queryRaw`
          SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      )
    },
  }
}

/** At least four unfinished jobs at any time. */
async function queueJobs(db: Database, who: Viewer): Promise<void> {
  while ((await countUnfinished()) < 4) {
    const expression = EXPRESSIONS[seed % EXPRESSIONS.length]
    const input = { dataset: 'tiny', expression, seeds: [seed], idempotencyKey: `fault ${seed}` }
    const { jobs } = await throughOutage(() => trainActivation(db, who, input))
    for (const { id } of jobs) jobIds.add(id)
    seed++
  }
}

function countUnfinished(): Promise<number> {
  return throughOutage(() => database.prisma.trainingJob.count({ where: { state: { in: ['QUEUED', 'RUNNING'] } } }))
}

/** Until one more epoch than now is recorded. */
async function waitForProgress(): Promise<void> {
  const count = () => throughOutage(() => database.prisma.trainingJobEpoch.count())
  const before = await count()
  const deadline = performance.now() + 90_000
  while ((await count()) <= before && (await countUnfinished()) > 0) {
    if (performance.now() > deadline) throw new Error('no epoch within 90 s')
    await sleep(50)
  }
}

async function waitForEnd(): Promise<void> {
  const deadline = performance.now() + 300_000
  while ((await countUnfinished()) > 0 && performance.now() < deadline) await sleep(200)
}

async function report(): Promise<void> {
  for (const kind of KINDS) {
    console.log(`| ${kind} | ${counts.get(kind) ?? 0} | ${(slowest.get(kind) ?? 0).toFixed(1)} s |`)
  }
  const jobs = await database.prisma.trainingJob.findMany({ include: { run: true }, omit: { checkpoint: true } })
  const lost = [...jobIds].filter((id) => jobs.find((job) => job.id === id)?.state !== 'SUCCEEDED')
  const backend = await openBackend('wasm')
  let different = 0
  for (const { expression, seed: jobSeed, run } of jobs) {
    const expected = await trainNetwork({ dataset: tiny, expression, seed: jobSeed, backend })
    if (run?.testLoss !== expected.testLoss || run?.trainLoss !== expected.trainLoss) different++
  }
  const epochs = await database.prisma.runEpoch.count()
  const [{ left }] = await database.prisma.$queryRaw<{ left: bigint }[]>`
    SELECT count(*) AS left FROM graphile_worker.jobs WHERE key LIKE 'train%' OR key IS NULL`
  console.log(
    `jobs ${jobIds.size}, runs ${await database.prisma.run.count()}, lost ${lost.length}, of other metrics ${different}`,
  )
  console.log(
    `epochs ${epochs}, expected ${jobs.length * tiny.epochs}; starts ${jobs.reduce((sum, job) => sum + job.attempts, 0)}`,
  )
  console.log(`tasks left in the queue: ${left}`)
  for (const id of lost) console.log(jobs.find((job) => job.id === id))
  if (lost.length > 0 || different > 0) process.exitCode = 1
}
