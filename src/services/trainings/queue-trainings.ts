import type { Database, Db } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY, queueTasks, removeTasks, taskKey } from '../../db/queue.js'
import {
  BULK_CHUNK,
  type BulkFunction,
  type BulkRequest,
  type BulkWork,
  type EndedWork,
  storeFiniteFunctions,
} from './bulk-work.js'
import { requireTrainable } from './queue-training.js'

export interface TrainingsRequest extends BulkRequest {
  readonly seeds: readonly number[]
}

/**
 * Queues the trainings of many functions behind all interactive ones, seed by seed: what is trained, queued or running
 * already is left as it is, what failed or was cancelled is queued anew. A process that is killed in the middle has
 * queued a part, and the next call the rest. Throws CONFLICT where the dataset cannot be trained, INVALID_EXPRESSION.
 */
export async function queueTrainings(database: Database, request: TrainingsRequest): Promise<BulkWork> {
  const { dataset, expressions, seeds, signal, onProgress } = request
  requireTrainable(dataset)
  const { functions, refused } = await storeFiniteFunctions(database, request)
  const waiting: number[] = []
  let done = 0
  for (const seed of seeds) {
    for (let start = 0; start < functions.length && !signal?.aborted; start += BULK_CHUNK) {
      const chunk = functions.slice(start, start + BULK_CHUNK)
      const unfinished = await inTransaction(database, (db) => queueChunk(db, request, seed, chunk))
      waiting.push(...unfinished)
      done += chunk.length - unfinished.length
      onProgress?.(waiting.length + done, functions.length * seeds.length)
    }
  }
  return {
    total: expressions.length * seeds.length,
    done,
    best: await findBest(database, request, functions),
    refused: seeds.flatMap(() => refused),
    waiting,
  }
}

/** Those of these training jobs that have ended, or are gone with their dataset. */
export async function listEndedTrainings({ pool }: Database, ids: readonly number[]): Promise<EndedWork[]> {
  const { rows } = await pool.query<EndedWork>(
    `SELECT asked.id, coalesce(j.expression, '') AS expression, r.validation_accuracy AS accuracy,
       CASE WHEN j.state = 'SUCCEEDED' THEN NULL WHEN j.id IS NULL THEN 'its job is gone'
         ELSE coalesce(j.failure, 'the training was cancelled') END AS failure
     FROM unnest($1::int[]) AS asked (id)
     LEFT JOIN training_jobs j ON j.id = asked.id
     LEFT JOIN runs r ON r.dataset_id = j.dataset_id AND r.dataset_version = j.dataset_version
       AND r.activation_id = j.activation_id AND r.seed = j.seed
     WHERE j.id IS NULL OR j.state NOT IN ('QUEUED', 'RUNNING')
     ORDER BY j.finished_at, asked.id`,
    [ids],
  )
  return rows
}

/**
 * Cancels the trainings of a dataset that were queued in bulk, that nobody asked for singly since, and that no worker has
 * begun. Returns their number.
 */
export async function withdrawTrainings(database: Database, dataset: BulkRequest['dataset']): Promise<number> {
  return inTransaction(database, async (db) => {
    const withdrawn = await db.$queryRaw<{ id: number }[]>`
      UPDATE training_jobs
      SET state = 'CANCELLED', finished_at = now(), fence = fence + 1, checkpoint = NULL, worker_id = NULL
      WHERE id IN (
        SELECT id FROM training_jobs
        WHERE dataset_id = ${dataset.id} AND state = 'QUEUED' AND priority = ${PRIORITY.bulk}
        ORDER BY id FOR UPDATE)
      RETURNING id`
    await removeTasks(
      db.$kysely,
      withdrawn.map(({ id }) => taskKey('train_activation', id)),
    )
    return withdrawn.length
  })
}

/** Queues what is neither trained nor queued, and returns the ids of all jobs that have not ended. */
async function queueChunk(
  db: Db,
  { dataset }: TrainingsRequest,
  seed: number,
  functions: readonly BulkFunction[],
): Promise<number[]> {
  const ids = functions.map(({ id }) => id)
  // As whoever queues or finishes one training does: no run appears between the reads.
  await db.$queryRaw`SELECT id FROM activations WHERE id = ANY (${ids}) ORDER BY id FOR NO KEY UPDATE`
  const added = await db.$queryRaw<{ id: number }[]>`
    INSERT INTO training_jobs (dataset_id, dataset_version, activation_id, expression, seed, priority)
    SELECT ${dataset.id}::int, ${dataset.version}::text, f.id, f.expression, ${seed}::int, ${PRIORITY.bulk}::int
    FROM unnest(${ids}::int[], ${functions.map(({ expression }) => expression)}::text[])
      WITH ORDINALITY AS f (id, expression, place)
    WHERE NOT EXISTS (
      SELECT FROM runs r WHERE r.dataset_id = ${dataset.id}::int AND r.dataset_version = ${dataset.version}::text
        AND r.activation_id = f.id AND r.seed = ${seed}::int)
    ORDER BY f.place
    ON CONFLICT DO NOTHING
    RETURNING id`
  await queueTasks(
    db.$kysely,
    'train_activation',
    added.map(({ id }) => ({ payload: { trainingJobId: id }, jobKey: taskKey('train_activation', id) })),
    // The job itself counts what its starts came to.
    { priority: PRIORITY.bulk, dataset, maxAttempts: 1000 },
  )
  const unfinished = await db.$queryRaw<{ id: number }[]>`
    SELECT id FROM training_jobs
    WHERE dataset_id = ${dataset.id} AND dataset_version = ${dataset.version} AND seed = ${seed}
      AND activation_id = ANY (${ids}) AND state IN ('QUEUED', 'RUNNING')`
  return unfinished.map(({ id }) => id)
}

async function findBest(
  { pool }: Database,
  { dataset, seeds }: TrainingsRequest,
  functions: readonly BulkFunction[],
): Promise<BulkWork['best']> {
  const { rows } = await pool.query<{ expression: string; accuracy: number }>(
    `SELECT e.expression, r.validation_accuracy AS accuracy
     FROM runs r JOIN evaluations e ON e.id = r.evaluation_id
     WHERE r.dataset_id = $1 AND r.dataset_version = $2 AND r.activation_id = ANY ($3) AND r.seed = ANY ($4)
       AND r.validation_accuracy IS NOT NULL
     ORDER BY r.validation_accuracy DESC, r.id LIMIT 1`,
    [dataset.id, dataset.version, functions.map(({ id }) => id), seeds],
  )
  return rows[0] ?? null
}
