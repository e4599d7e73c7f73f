import { IDENTITY_VERSION } from '../../activations/identity.js'
import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { keepDataset } from '../../db/datasets/keep-dataset.js'
import { listTabularRows } from '../../db/evaluations/list-measured.js'
import type { Surrogate } from '../../db/generated/client.js'
import { findNextVersion } from '../../db/surrogates/surrogate-versions.js'
import {
  copyToPoints,
  countUploads,
  insertUploaded,
  type UploadedRow,
} from '../../db/surrogates/uploaded-predictions.js'
import { lockDataset } from '../../db/surrogates/write-surrogates.js'
import { ActbenchError } from '../../errors.js'
import { rateUploaded } from '../../surrogate/cross-validation/uploaded-quality.js'
import { answerOnce } from '../access/answer-once.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { datasetNotFound, getDataset } from '../datasets/get-dataset.js'
import { getValidText } from '../validate-input.js'
import { readUpload, type UploadedRowsInput } from './read-upload.js'
import { FIT_METHOD, toQualityColumns } from './record-surrogate.js'

export interface UploadSurrogateInput extends UploadedRowsInput {
  readonly dataset: string
  /** 1 to 200 characters. */
  readonly name: string
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
}

/** Largest number of uploaded surrogates of a key. */
export const MAX_UPLOADS = 20

/**
 * Stores predictions of a client's own surrogate as the next version of a dataset, READY at once, and returns it. Its quality
 * compares them with the present measurements of the dataset. All is written in one transaction. It answers only if it is asked.
 * Scope: SEARCH. Throws NOT_FOUND, what `readUpload` throws, or CONFLICT if the key has 20 of them.
 */
export async function uploadSurrogate(
  database: Database,
  viewer: Viewer | null,
  input: UploadSurrogateInput,
): Promise<Surrogate> {
  const { apiKeyId } = requireScope(viewer, 'SEARCH')
  const name = getValidText('name', input.name, 200)
  await getDataset(database.prisma, input.dataset)
  const rows = await readUpload(input)
  const request = { apiKeyId, mutation: 'uploadSurrogate', idempotencyKey: input.idempotencyKey, input }
  return inTransaction(database, (db) =>
    answerOnce<Surrogate>(db, request, {
      run: async () => {
        const { id: datasetId } = await getDataset(db, input.dataset)
        // From here on, the dataset cannot be deleted before the surrogate exists.
        if (!(await keepDataset(db.$kysely, datasetId))) throw datasetNotFound(input.dataset)
        return storeUpload(db, { datasetId, apiKeyId, name, rows })
      },
      idsOf: ({ id }) => ({ Surrogate: [id] }),
      load: async (idsOf) => db.surrogate.findUnique({ where: { id: idsOf('Surrogate')[0] } }),
    }),
  )
}

interface Upload {
  readonly datasetId: number
  readonly apiKeyId: number
  readonly name: string
  readonly rows: readonly UploadedRow[]
}

async function storeUpload(db: Db, { datasetId, apiKeyId, name, rows }: Upload): Promise<Surrogate> {
  await lockDataset(db.$kysely, datasetId)
  await requireRoom(db, apiKeyId)
  const measured = new Map(
    (await listTabularRows(db.$kysely, datasetId)).map((row) => [row.identityHex, row.validationAccuracy]),
  )
  const rated = rows.map((row) => ({ ...row, measured: measured.get(row.identityHex) ?? null }))
  const known = rated.flatMap(({ measured, ...row }) => (measured === null ? [] : { ...row, measured }))
  const surrogate = await db.surrogate.create({
    data: {
      ...{ datasetId, apiKeyId, name, algorithm: 'UPLOADED', state: 'READY', progress: 1, method: FIT_METHOD },
      version: await findNextVersion(db.$kysely, datasetId),
      candidates: rows.length,
      fittedAt: new Date(),
      ...toQualityColumns(rateUploaded(known)),
    },
  })
  await insertUploaded(db.$kysely, surrogate.id, IDENTITY_VERSION, rated)
  await copyToPoints(db.$kysely, surrogate.id)
  return surrogate
}

/** Concurrent requests for different datasets may exceed the number slightly. */
async function requireRoom(db: Db, apiKeyId: number): Promise<void> {
  if ((await countUploads(db.$kysely, apiKeyId)) < MAX_UPLOADS) return
  const message = `this key already owns ${MAX_UPLOADS} uploaded surrogates, which is the maximum; delete one first`
  throw new ActbenchError('CONFLICT', message)
}
