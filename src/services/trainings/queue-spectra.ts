import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY, queueTasks, removeTasks, taskKey } from '../../db/queue.js'
import { listSpectrumStates, listWaitingSpectra } from '../../db/trainings/bulk-spectra.js'
import { ActbenchError } from '../../errors.js'
import { BULK_CHUNK, type BulkFunction, type BulkRequest, type BulkWork, storeFiniteFunctions } from './bulk-work.js'
import { requireTrainable } from './queue-training.js'

/**
 * Queues the Fisher spectra of many functions behind all interactive work: what is stored or queued already is left as it
 * is. A process that is killed in the middle has queued a part, and the next call the rest. Throws CONFLICT where the
 * dataset has no spectra, INVALID_EXPRESSION.
 */
export async function queueSpectra(database: Database, request: BulkRequest): Promise<BulkWork> {
  const { dataset, expressions, signal, onProgress } = request
  requireTrainable(dataset)
  if (dataset.fisherSpectrumLength === null) {
    throw new ActbenchError('CONFLICT', `${dataset.name} has no Fisher spectra`)
  }
  const { functions, refused } = await storeFiniteFunctions(database, request)
  const waiting: number[] = []
  const failed: { expression: string; reason: string }[] = []
  let done = 0
  for (let start = 0; start < functions.length && !signal?.aborted; start += BULK_CHUNK) {
    const chunk = functions.slice(start, start + BULK_CHUNK)
    const reasons = await inTransaction(database, (db) => queueChunk(db, request, chunk))
    for (const { id, expression } of chunk) {
      const reason = reasons.get(id)
      if (reason === undefined) waiting.push(id)
      else if (reason !== null) failed.push({ expression, reason })
      else done++
    }
    onProgress?.(start + chunk.length, functions.length)
  }
  return {
    total: expressions.length,
    done,
    best: null,
    refused: [...refused, ...failed],
    waiting,
  }
}

/**
 * Takes the spectra of a dataset out of the queue that were queued in bulk and that no worker has begun, those of functions
 * that were trained in bulk among them. Returns their number.
 */
export async function withdrawSpectra(database: Database, dataset: BulkRequest['dataset']): Promise<number> {
  return inTransaction(database, async (db) => {
    const waiting = await listWaitingSpectra(db.$kysely, dataset.id, PRIORITY.bulk)
    return removeTasks(db.$kysely, waiting)
  })
}

/** Queues what is neither stored nor queued. The map has the stored ones: null, or why there is no spectrum. */
async function queueChunk(
  db: Db,
  { dataset }: BulkRequest,
  functions: readonly BulkFunction[],
): Promise<Map<number, string | null>> {
  const rows = await listSpectrumStates(
    db.$kysely,
    dataset,
    functions.map(({ id }) => id),
  )
  const missing = rows.filter(({ isStored, isQueued }) => !isStored && !isQueued)
  await queueTasks(
    db.$kysely,
    'compute_features',
    missing.map(({ id }) => ({
      payload: { datasetId: dataset.id, activationId: id },
      jobKey: taskKey('compute_features', dataset.id, id),
    })),
    // The task itself counts what its starts came to.
    { priority: PRIORITY.bulk, dataset, maxAttempts: 1000 },
  )
  return new Map(rows.filter(({ isStored }) => isStored).map(({ id, reason }) => [id, reason]))
}
