import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Dataset } from '../../db/generated/client.js'
import { answerOnce } from '../access/answer-once.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { refuseInput } from '../validate-input.js'
import { datasetNotFound, getChangeableDataset } from './get-dataset.js'
import { type ChangedDatasetTexts, getValidChanges } from './valid-dataset-texts.js'
import { getValidSearchSpace } from './valid-search-space.js'

export interface UpdateDatasetInput extends ChangedDatasetTexts {
  /** The name of the dataset, which never changes. */
  readonly dataset: string
  /** @defaultValue the present search space */
  readonly searchSpace?: readonly string[] | null
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
}

/**
 * Changes the description of a dataset and returns it. Missing or null fields stay. Searches keep the schemas with which
 * they began; later searches use the new search space. Scope: DATASET, for one's own datasets; ADMIN for all but the
 * shipped ones. Throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT (also if nothing would change), or CONFLICT if the idempotency key
 * came with another request.
 */
export async function updateDataset(
  database: Database,
  viewer: Viewer | null,
  input: UpdateDatasetInput,
): Promise<Dataset> {
  const owner = requireScope(viewer, 'DATASET')
  const { dataset: name, searchSpace } = input
  const changes = {
    ...getValidChanges(input),
    ...(searchSpace == null ? {} : { searchSpace: getValidSearchSpace(searchSpace) }),
  }
  if (Object.keys(changes).length === 0) refuseInput('input', 'at least one property that changes', 'none')
  const change = async (db: Db) => {
    const { id } = await getChangeableDataset(db, owner, name, 'dataset')
    // A request that deletes the dataset may be faster.
    const [changed] = await db.dataset.updateManyAndReturn({ where: { id }, data: changes })
    if (!changed) throw datasetNotFound(name)
    return changed
  }
  const { apiKeyId } = owner
  const request = { apiKeyId, mutation: 'updateDataset', idempotencyKey: input.idempotencyKey, input }
  return inTransaction(database, (db) =>
    answerOnce<Dataset>(db, request, {
      run: () => change(db),
      idsOf: ({ id }) => ({ Dataset: [id] }),
      load: async (idsOf) => db.dataset.findUnique({ where: { id: idsOf('Dataset')[0] } }),
    }),
  )
}
