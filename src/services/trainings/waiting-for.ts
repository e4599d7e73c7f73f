import type { Db } from '../../db/connection/client.js'
import { Prisma, type TrainingJob } from '../../db/generated/client.js'
import { type TaskDataset, type TaskName, taskIdentifier, taskKey } from '../../db/queue.js'
import { HOLDS_LOCK } from '../../worker-liveness/bury-worker.js'

export interface Waiting {
  /** Jobs of the same dataset that are started before it; null unless it is QUEUED. */
  readonly queuePosition: number | null
  /** Why it is not running yet, in words; null unless it is QUEUED. */
  readonly waitingFor: string | null
}

type WaitingJob = Pick<TrainingJob, 'id' | 'datasetId' | 'datasetVersion' | 'state'>

/**
 * What each job waits for, by its id, at the cost of three statements for any number of them. Positions follow the order
 * in which the queue really gives out its tasks; a worker counts as connected while it holds its lock.
 */
export async function waitingFor(db: Db, jobs: readonly WaitingJob[]): Promise<Map<number, Waiting>> {
  const queued = jobs.filter(({ state }) => state === 'QUEUED')
  const waiting = new Map<number, Waiting>(jobs.map(({ id }) => [id, { queuePosition: null, waitingFor: null }]))
  if (queued.length === 0) return waiting
  const datasets = await db.dataset.findMany({
    where: { id: { in: [...new Set(queued.map(({ datasetId }) => datasetId))] } },
    select: { id: true, name: true },
  })
  const nameOf = new Map(datasets.map(({ id, name }) => [id, name]))
  const datasetOf = (job: WaitingJob) => ({ name: nameOf.get(job.datasetId) ?? '', version: job.datasetVersion })
  const identifierOf = (job: WaitingJob) => taskIdentifier('train_activation', datasetOf(job))
  const positions = await findPositions(db, queued, [...new Set(queued.map(identifierOf))])
  const workers = await listConnectedWorkers(db)
  for (const job of queued) {
    const ahead = positions.get(taskKey('train_activation', job.id))
    const able = workers.filter(({ tasks }) => tasks.includes(identifierOf(job)))
    waiting.set(job.id, {
      queuePosition: ahead ?? 0,
      waitingFor: describeAbsence(datasetOf(job), identifierOf(job), workers) ?? describe(able, ahead),
    })
  }
  return waiting
}

/** Why no worker that is connected takes tasks of this kind for the dataset, in words; null where one does. */
export async function findWorkerAbsence(db: Db, name: TaskName, dataset: TaskDataset): Promise<string | null> {
  return describeAbsence(dataset, taskIdentifier(name, dataset), await listConnectedWorkers(db))
}

interface ConnectedWorker {
  readonly datasets: string[]
  readonly tasks: string[]
  readonly busy: boolean
}

function describe(able: readonly ConnectedWorker[], ahead: number | undefined): string {
  const isTaken = ahead === undefined
  if (isTaken || (ahead === 0 && able.some(({ busy }) => !busy))) return 'a worker is about to start it'
  if (ahead === 0) return 'workers are busy: it is next'
  return `workers are busy: ${ahead} ${ahead === 1 ? 'job' : 'jobs'} ahead`
}

function describeAbsence(
  { name, version }: TaskDataset,
  identifier: string,
  workers: readonly ConnectedWorker[],
): string | null {
  if (workers.some(({ tasks }) => tasks.includes(identifier))) return null
  if (workers.some(({ datasets }) => datasets.includes(name))) {
    return `no worker for version ${version} of ${name} is connected`
  }
  return workers.length === 0
    ? `no worker for ${name} is connected`
    : `no worker for ${name} is connected: those that are lack its pictures or its recipe`
}

/** How many tasks of the same dataset go before, by task key; a task that a worker has taken has no position. */
async function findPositions(db: Db, jobs: readonly WaitingJob[], identifiers: string[]): Promise<Map<string, number>> {
  const keys = jobs.map(({ id }) => taskKey('train_activation', id))
  const rows = await db.$queryRaw<{ key: string; ahead: number }[]>`
    SELECT key, ahead FROM (
      SELECT key, (row_number() OVER (PARTITION BY task_identifier ORDER BY priority, run_at, id) - 1)::int AS ahead
      FROM graphile_worker.jobs
      WHERE task_identifier = ANY (${identifiers}) AND locked_at IS NULL AND attempts < max_attempts
    ) AS positions
    WHERE key = ANY (${keys})`
  return new Map(rows.map(({ key, ahead }) => [key, ahead]))
}

async function listConnectedWorkers(db: Db): Promise<ConnectedWorker[]> {
  return db.$queryRaw`
    SELECT w.datasets, w.tasks, EXISTS (SELECT FROM graphile_worker.jobs t WHERE t.locked_by = w.pool_id) AS busy
    FROM workers w JOIN pg_locks l ON ${Prisma.raw(HOLDS_LOCK)}`
}
