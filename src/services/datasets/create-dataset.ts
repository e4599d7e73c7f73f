import { ACT_BENCH_SCHEMAS } from '../../activations/search-space.js'
import { lockApiKey } from '../../db/access/lock-api-key.js'
import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import type { Dataset } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { answerOnce } from '../access/answer-once.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { getValidNewName } from './dataset-name.js'
import { getValidTexts, type NewDatasetTexts } from './valid-dataset-texts.js'
import { getValidSearchSpace } from './valid-search-space.js'

export interface CreateDatasetInput extends NewDatasetTexts {
  readonly name: string
  /** @defaultValue the schemas of Act-Bench */
  readonly searchSpace?: readonly string[] | null
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
}

/**
 * Creates an empty dataset of origin REPORTED that belongs to the viewer's key, and returns it. Scope: DATASET. Throws
 * BAD_USER_INPUT for a malformed name, text or schema, and CONFLICT if the name is taken, the key owns the maximum number of
 * datasets, or the idempotency key came with another request.
 */
export async function createDataset(
  database: Database,
  viewer: Viewer | null,
  input: CreateDatasetInput,
): Promise<Dataset> {
  const { apiKeyId } = requireScope(viewer, 'DATASET')
  const data = {
    name: getValidNewName('name', input.name),
    ...getValidTexts(input),
    version: '1',
    origin: 'REPORTED' as const,
    searchSpace: input.searchSpace ? getValidSearchSpace(input.searchSpace) : [...ACT_BENCH_SCHEMAS],
    apiKeyId,
  }
  const request = { apiKeyId, mutation: 'createDataset', idempotencyKey: input.idempotencyKey, input }
  const create = async (db: Db) => {
    await requireRoom(db, apiKeyId)
    // Two clients may request the same name. The unique index decides, and no statement fails.
    const { count } = await db.dataset.createMany({ data: [data], skipDuplicates: true })
    if (count === 0) throw new ActbenchError('CONFLICT', `name: a dataset named ${data.name} exists already`)
    return db.dataset.findUniqueOrThrow({ where: { name: data.name } })
  }
  return inTransaction(database, (db) =>
    answerOnce<Dataset>(db, request, {
      run: () => create(db),
      idsOf: ({ id }) => ({ Dataset: [id] }),
      load: async (idsOf) => db.dataset.findUnique({ where: { id: idsOf('Dataset')[0] } }),
    }),
  )
}

/** Largest number of datasets that one key can own. */
export const MAX_DATASETS_OF_A_KEY = 100

async function requireRoom(db: Db, apiKeyId: number): Promise<void> {
  await lockApiKey(db.$kysely, apiKeyId)
  if ((await db.dataset.count({ where: { apiKeyId } })) < MAX_DATASETS_OF_A_KEY) return
  throw new ActbenchError(
    'CONFLICT',
    `this key already owns ${MAX_DATASETS_OF_A_KEY} datasets, which is the maximum; delete one first`,
  )
}
