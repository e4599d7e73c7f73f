import type { KyselyDb } from '../db/connection/kysely.js'
import { unlockPools } from '../db/queue.js'
import {
  deleteWorker,
  lockWorker,
  requeueFits,
  requeueTrainings,
  takeBackStarts,
} from '../db/workers/reap-statements.js'
import { endSessions } from '../db/workers/worker-locks.js'
import { addToTotals, type WorkerCount } from '../db/workers/worker-reports.js'

/**
 * Takes everything back from a worker, in one transaction: its trainings and fits are QUEUED again, with a raised fence
 * that refuses its later writes, its queue tasks are free, and its row is gone, which tells the worker. Returns false if
 * the worker is alive (it holds its lock) or another process reaps it. A worker that leaves does this to itself, with
 * `isOwn`; then its starts do not count as starts without progress. `db` must not be in a transaction.
 */
export function reapWorker(db: KyselyDb, id: number, isOwn = false): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const worker = await lockWorker(transaction, id)
    if (!worker || !(worker.isFree || isOwn)) return false
    if (isOwn) await takeBackStarts(transaction, worker.poolId)
    else await endSessions(transaction, worker.lockKey)
    await requeueTrainings(transaction, id, isOwn)
    await requeueFits(transaction, worker.poolId, isOwn)
    await unlockPools(transaction, [worker.poolId])
    await deleteWorker(transaction, id)
    if (!isOwn) await addToTotals(transaction, [lostWorker(worker.backend)])
    return true
  })
}

function lostWorker(backend: string): WorkerCount {
  return { name: 'lost', backend, dataset: '', task: '', outcome: '', value: 1 }
}
