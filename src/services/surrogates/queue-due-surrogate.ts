import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { queueSurrogate } from './queue-surrogate.js'
import { refitWhenDue } from './refit-when-due.js'

/** A surrogate of fewer functions predicts nothing useful. */
const LEAST_EVALUATIONS = 20

/** After an import: queues the first surrogate of a dataset, or a new one if enough evaluations are new (see `refitWhenDue`). */
export async function queueDueSurrogate(database: Database, name: string): Promise<void> {
  const dataset = await database.prisma.dataset.findUnique({
    where: { name },
    include: { _count: { select: { evaluations: true, surrogates: { where: { algorithm: { not: 'UPLOADED' } } } } } },
  })
  if (!dataset || dataset._count.evaluations < LEAST_EVALUATIONS) return
  const datasetId = dataset.id
  await inTransaction(database, async (db) => {
    if (dataset._count.surrogates > 0) await refitWhenDue(db, datasetId)
    else await queueSurrogate(db, { datasetId, algorithm: 'UMAP_KNN', apiKeyId: null })
  })
}
