import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY, queueTasks, removeTasks, taskKey } from '../../db/queue.js'
import { listSpectrumStates, listWaitingSpectra } from '../../db/trainings/bulk-spectra.js'
import { ActbenchError } from '../../errors.js'
import { BULK_CHUNK, type BulkFunction, type BulkRequest, type BulkWork, storeFiniteFunctions } from './bulk-work.js'
import { requireTrainable } from './queue-training.js'

/**
 * Queues the Fisher spectra of many functions behind all interactive work, except those that are stored or queued already.
 * If the process is killed, a part is queued, and the next call queues the rest. Throws INVALID_EXPRESSION, or CONFLICT if
 * the dataset has no spectra.
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
 * Withdraws the spectra of a dataset that were queued in bulk and that no worker has started, including those of functions
 * that were trained in bulk. Returns their number.
 */
export async function withdrawSpectra(database: Database, dataset: BulkRequest['dataset']): Promise<number> {
  return inTransaction(database, async (db) => {
    const waiting = await listWaitingSpectra(db.$kysely, dataset.id, PRIORITY.bulk)
    return removeTasks(db.$kysely, waiting)
  })
}

/** Queues the missing spectra. The map has the functions whose spectrum is stored: null, or the reason for a failure. */
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
    // The task itself counts its starts.
    { priority: PRIORITY.bulk, dataset, maxAttempts: 1000 },
  )
  return new Map(rows.filter(({ isStored }) => isStored).map(({ id, reason }) => [id, reason]))
}
