import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY, queueTasks, removeTasks, taskKey } from '../../db/queue.js'
import { cancelQueuedJobs, findBestRun, insertJobs, listUnfinished } from '../../db/trainings/bulk-trainings.js'
import { lockActivations } from '../../db/trainings/lock-rows.js'
import { BULK_CHUNK, type BulkFunction, type BulkRequest, type BulkWork, storeFiniteFunctions } from './bulk-work.js'
import { requireTrainable } from './queue-training.js'

export interface TrainingsRequest extends BulkRequest {
  readonly seeds: readonly number[]
}

/**
 * Queues the trainings of many functions behind all interactive ones, seed by seed. Trainings that are done, queued or
 * running stay as they are; those that failed or were cancelled are queued again. If the process is killed, a part is
 * queued, and the next call queues the rest. Throws INVALID_EXPRESSION, or CONFLICT if the dataset cannot be trained.
 */
export async function queueTrainings(database: Database, request: TrainingsRequest): Promise<BulkWork> {
  const { dataset, expressions, seeds, signal, onProgress } = request
  requireTrainable(dataset)
  const { functions, refused } = await storeFiniteFunctions(database, request)
  const waiting: number[] = []
  let done = 0
  for (const seed of seeds) {
    for (let start = 0; start < functions.length && !signal?.aborted; start += BULK_CHUNK) {
      const chunk = functions.slice(start, start + BULK_CHUNK)
      const unfinished = await inTransaction(database, (db) => queueChunk(db, request, seed, chunk))
      waiting.push(...unfinished)
      done += chunk.length - unfinished.length
      onProgress?.(waiting.length + done, functions.length * seeds.length)
    }
  }
  return {
    total: expressions.length * seeds.length,
    done,
    best: await findBest(database, request, functions),
    refused: seeds.flatMap(() => refused),
    waiting,
  }
}

/**
 * Cancels the trainings of a dataset that were queued in bulk, except those that were requested individually since or that
 * a worker has started. Returns their number.
 */
export async function withdrawTrainings(database: Database, dataset: BulkRequest['dataset']): Promise<number> {
  return inTransaction(database, async (db) => {
    const withdrawn = await cancelQueuedJobs(db.$kysely, dataset.id, PRIORITY.bulk)
    const keys = withdrawn.map((id) => taskKey('train_activation', id))
    await removeTasks(db.$kysely, keys)
    return withdrawn.length
  })
}

/** Queues the functions that are neither trained nor queued. Returns the ids of all unfinished jobs. */
async function queueChunk(
  db: Db,
  { dataset }: TrainingsRequest,
  seed: number,
  functions: readonly BulkFunction[],
): Promise<number[]> {
  const ids = functions.map(({ id }) => id)
  await lockActivations(db.$kysely, ids)
  const training = { datasetId: dataset.id, datasetVersion: dataset.version, seed }
  const added = await insertJobs(db.$kysely, training, functions, PRIORITY.bulk)
  await queueTasks(
    db.$kysely,
    'train_activation',
    added.map((id) => ({ payload: { trainingJobId: id }, jobKey: taskKey('train_activation', id) })),
    // The job itself counts its starts without progress.
    { priority: PRIORITY.bulk, dataset, maxAttempts: 1000 },
  )
  return listUnfinished(db.$kysely, training, ids)
}

async function findBest(
  { kysely }: Database,
  { dataset, seeds }: TrainingsRequest,
  functions: readonly BulkFunction[],
): Promise<BulkWork['best']> {
  const training = { datasetId: dataset.id, datasetVersion: dataset.version, seeds }
  const best = await findBestRun(
    kysely,
    training,
    functions.map(({ id }) => id),
  )
  return best ?? null
}
