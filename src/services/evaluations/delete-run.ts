import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { deleteEvaluation, deleteRunOf, findRunContext } from '../../db/evaluations/delete-run.js'
import { refreshMedians } from '../../db/evaluations/refresh-medians.js'
import { ActbenchError } from '../../errors.js'
import { requireKey, type Viewer } from '../access/viewer.js'

/**
 * Deletes a run of a dataset of origin REPORTED. The medians of its evaluation follow; with its last run, the evaluation is
 * deleted too. The key that reported the run, the owner of the dataset, and ADMIN may do this. Throws UNAUTHENTICATED,
 * NOT_FOUND (also for a run that is deleted already) or FORBIDDEN.
 */
export async function deleteRun(database: Database, viewer: Viewer | null, runId: number): Promise<void> {
  const { apiKeyId, scopes } = requireKey(viewer)
  await inTransaction(database, async (db) => {
    const run = await findRunContext(db.$kysely, runId)
    if (!run) throw runNotFound()
    const { dataset } = run
    if (dataset.origin !== 'REPORTED') {
      throw new ActbenchError(
        'FORBIDDEN',
        `id: clients cannot change ${dataset.name}; expected a dataset of origin REPORTED, got ${dataset.origin}`,
        { argument: 'id' },
      )
    }
    if (!scopes.includes('ADMIN') && ![run.apiKeyId, dataset.apiKeyId].includes(apiKeyId)) {
      throw new ActbenchError('FORBIDDEN', 'id: another key reported this run to the dataset of another key', {
        argument: 'id',
      })
    }
    const left = await deleteRunOf(db.$kysely, { runId, evaluationId: run.evaluationId })
    if (left === undefined) throw runNotFound()
    if (left === 0) await deleteEvaluation(db.$kysely, run.evaluationId)
    else await refreshMedians(db.$kysely, run.evaluationId)
  })
}

function runNotFound(): ActbenchError {
  return new ActbenchError('NOT_FOUND', 'id: there is no such run', { argument: 'id' })
}
