import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { countMeasured } from '../../db/evaluations/list-measured.js'
import type { Surrogate, SurrogateAlgorithm } from '../../db/generated/client.js'
import { requireEvaluations } from '../../surrogate/surrogate-method.js'
import { answerOnce } from '../access/answer-once.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getDataset } from '../datasets/get-dataset.js'
import { refuseInput } from '../validate-input.js'
import { queueSurrogate } from './queue-surrogate.js'

export interface UpdateSurrogateInput {
  readonly dataset: string
  readonly algorithm: SurrogateAlgorithm
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
}

/**
 * Queues a fit of the dataset's surrogate on all its evaluations, and returns the row to watch: a new version, or the
 * unfinished one of this algorithm. Scope: TRAIN. Throws NOT_FOUND, or SURROGATE_UNAVAILABLE if too few functions were
 * measured.
 * BAD_USER_INPUT for UPLOADED, which nothing fits.
 */
export async function updateSurrogate(
  database: Database,
  viewer: Viewer | null,
  input: UpdateSurrogateInput,
): Promise<Surrogate> {
  const { apiKeyId } = requireScope(viewer, 'TRAIN')
  const { dataset: name, algorithm, idempotencyKey } = input
  if (algorithm === 'UPLOADED')
    refuseInput('algorithm', 'one that this service fits', `${algorithm}; see uploadSurrogate`)
  return inTransaction(database, (db) =>
    answerOnce<Surrogate>(
      db,
      { apiKeyId, mutation: 'updateSurrogate', idempotencyKey, input },
      {
        run: async () => {
          const dataset = await getDataset(db, name)
          requireEvaluations(await countMeasured(db.$kysely, dataset.id), name)
          return queueSurrogate(db, { datasetId: dataset.id, algorithm, apiKeyId })
        },
        idsOf: ({ id }) => ({ Surrogate: [id] }),
        load: async (idsOf) => db.surrogate.findUnique({ where: { id: idsOf('Surrogate')[0] } }),
      },
    ),
  )
}
