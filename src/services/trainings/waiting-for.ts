import { PICTURES_PAGE, PUBLISHED_DATASETS } from '../../datasets/published-datasets.js'
import type { Db } from '../../db/connection/client.js'
import type { TrainingJob } from '../../db/generated/client.js'
import { type TaskDataset, type TaskName, taskIdentifier, taskKey } from '../../db/queue.js'
import { findPositions } from '../../db/trainings/find-positions.js'
import { type ConnectedWorker, listConnectedWorkers } from '../../db/workers/list-connected.js'

export interface Waiting {
  /** Number of jobs of the same dataset that start before it; null unless it is QUEUED. */
  readonly queuePosition: number | null
  /** Why it is not running yet, in words; null unless it is QUEUED. */
  readonly waitingFor: string | null
}

type WaitingJob = Pick<TrainingJob, 'id' | 'datasetId' | 'datasetVersion' | 'state'>

/**
 * Says why each job waits, by its id, in three statements for any number of jobs. Positions follow the order in which the
 * queue hands out its tasks. A worker counts as connected while it holds its lock.
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
  const positions = await findPositions(
    db.$kysely,
    queued.map(({ id }) => taskKey('train_activation', id)),
    [...new Set(queued.map(identifierOf))],
  )
  const workers = await listConnectedWorkers(db.$kysely)
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

/** Says why no connected worker takes tasks of this kind for the dataset; null if one does. */
export async function findWorkerAbsence(db: Db, name: TaskName, dataset: TaskDataset): Promise<string | null> {
  return describeAbsence(dataset, taskIdentifier(name, dataset), await listConnectedWorkers(db.$kysely))
}

function describe(able: readonly ConnectedWorker[], ahead: number | undefined): string {
  const isTaken = ahead === undefined
  if (isTaken || (ahead === 0 && able.some(({ busy }) => !busy))) return 'a worker is about to start it'
  if (ahead === 0) return 'workers are busy: it is next'
  return `workers are busy: ${ahead} ${ahead === 1 ? 'job' : 'jobs'} ahead`
}

/** Workers read the pictures of published datasets from files, which users have to get. */
function describePictures(name: string): string {
  return Object.hasOwn(PUBLISHED_DATASETS, name) ? `. ${PICTURES_PAGE} says how to get its pictures` : ''
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
    : `no worker for ${name} is connected: those that are lack its data or its recipe${describePictures(name)}`
}
