import { createHash } from 'node:crypto'
import type { Db } from '../../db/connection/client.js'
import type { IdempotencyKey } from '../../db/generated/client.js'
import { expireIdempotencyKey } from '../../db/trainings/expire-key.js'
import { ActbenchError } from '../../errors.js'
import type { QueuedTraining } from './queue-training.js'

export interface IdempotentRequest {
  readonly apiKeyId: number
  readonly key: string
  /** The input of the mutation. The same key with another input is refused with CONFLICT. */
  readonly input: unknown
}

/** Answers are kept for a day. */
const KEPT_SECONDS = 24 * 3600

/**
 * Returns the jobs and runs of `answer`, which runs once per key and day. Later calls get the same objects in their
 * present state. Of concurrent callers one runs `answer`, and the others wait at the key's row for its transaction. If that
 * transaction is rolled back, the next caller runs `answer`. `db` must be a transaction.
 */
export async function answerOnce(
  db: Db,
  request: IdempotentRequest,
  answer: () => Promise<QueuedTraining>,
): Promise<QueuedTraining> {
  const { apiKeyId, key } = request
  const requestHash = new Uint8Array(createHash('sha256').update(JSON.stringify(request.input)).digest())
  await expireIdempotencyKey(db.$kysely, apiKeyId, key, KEPT_SECONDS)
  const { count } = await db.idempotencyKey.createMany({
    data: [{ apiKeyId, key, requestHash, trainingJobIds: [], runIds: [] }],
    skipDuplicates: true,
  })
  if (count === 0) {
    const known = await db.idempotencyKey.findUniqueOrThrow({ where: { apiKeyId_key: { apiKeyId, key } } })
    return loadAnswer(db, getSameRequest(known, requestHash))
  }
  const answered = await answer()
  await db.idempotencyKey.update({
    where: { apiKeyId_key: { apiKeyId, key } },
    data: { trainingJobIds: answered.jobs.map(({ id }) => id), runIds: answered.runs.map(({ id }) => id) },
  })
  return answered
}

function getSameRequest(known: IdempotencyKey, requestHash: Uint8Array): IdempotencyKey {
  if (Buffer.from(known.requestHash).equals(requestHash)) return known
  throw new ActbenchError('CONFLICT', 'idempotencyKey: this key came with another input before', {
    argument: 'idempotencyKey',
  })
}

async function loadAnswer(db: Db, { trainingJobIds, runIds }: IdempotencyKey): Promise<QueuedTraining> {
  const jobs = await db.trainingJob.findMany({ where: { id: { in: trainingJobIds } }, omit: { checkpoint: true } })
  const runs = await db.run.findMany({ where: { id: { in: runIds } } })
  return { jobs: inOrder(jobs, trainingJobIds), runs: inOrder(runs, runIds) }
}

function inOrder<Row extends { readonly id: number }>(rows: readonly Row[], ids: readonly number[]): Row[] {
  return ids.flatMap((id) => rows.filter((row) => row.id === id))
}
