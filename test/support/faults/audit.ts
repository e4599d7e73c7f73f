import type { Database } from '../../../src/db/connection/client.js'
import { openBackend } from '../../../src/networks/backends/backend.js'
import { trainNetwork } from '../../../src/networks/training/train-network.js'
import { registerTinyDataset, TINY_EPOCHS } from '../fixtures/tiny-dataset.js'
import { waitUntil } from '../wait-until.js'

/** The results of the jobs. */
export interface Audit {
  readonly jobs: number
  /** Number of starts; more than `jobs` if some were interrupted. */
  readonly starts: number
  /** Jobs that were acknowledged but did not succeed with a run. */
  readonly lost: number
  /** Jobs, runs or epochs that nobody requested or that exist twice. */
  readonly doubled: number
  /** Number of interrupted trainings whose run was compared with an uninterrupted one, and of those with other bits. */
  readonly compared: number
  readonly different: number
  /** Tasks of trainings that are left in the queue. */
  readonly tasksLeft: number
}

/** Waits until every job has ended, then counts. Compares only a limited number of the interrupted trainings. */
export async function audit(database: Database, acknowledged: ReadonlySet<number>, mostCompared = 20): Promise<Audit> {
  const { prisma } = database
  const unfinished = () => prisma.trainingJob.count({ where: { state: { in: ['QUEUED', 'RUNNING'] } } })
  // A job that has not ended after this time is lost.
  await waitUntil(async () => (await unfinished()) === 0, 600).catch(() => {})
  // A worker takes the task off the queue after the commit that ends the job. If it dies in between, another one does it.
  await waitUntil(async () => (await countTasks(database)) === 0, 120).catch(() => {})
  const jobs = await prisma.trainingJob.findMany({
    include: { run: { include: { _count: { select: { epochs: true } } } } },
    omit: { checkpoint: true },
  })
  const ended = new Set(jobs.filter(({ state, run }) => state === 'SUCCEEDED' && run).map(({ id }) => id))
  const runs = await prisma.run.count()
  const wrongCurves = jobs.filter(({ run }) => run && run._count.epochs !== TINY_EPOCHS).length
  const interrupted = jobs.filter(({ attempts, run }) => attempts > 1 && run).slice(0, mostCompared)
  return {
    jobs: acknowledged.size,
    starts: jobs.reduce((sum, { attempts }) => sum + attempts, 0),
    lost: [...acknowledged].filter((id) => !ended.has(id)).length,
    doubled: Math.abs(jobs.length - acknowledged.size) + Math.abs(runs - ended.size) + wrongCurves,
    compared: interrupted.length,
    different: await countDifferent(interrupted),
    tasksLeft: await countTasks(database),
  }
}

/** Also counts tasks that lost their key to a newer task of the same job. */
async function countTasks({ prisma }: Database): Promise<number> {
  const [{ count }] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM graphile_worker.jobs WHERE task_identifier LIKE 'train_activation:%'`
  return count
}

interface Trained {
  readonly expression: string
  readonly seed: number
  readonly run: { readonly testLoss: number | null; readonly trainLoss: number | null } | null
}

async function countDifferent(jobs: readonly Trained[]): Promise<number> {
  const backend = await openBackend('wasm')
  const tiny = registerTinyDataset()
  let different = 0
  for (const { expression, seed, run } of jobs) {
    const expected = await trainNetwork({ dataset: tiny, expression, seed, backend })
    if (run?.testLoss !== expected.testLoss || run?.trainLoss !== expected.trainLoss) different++
  }
  return different
}
