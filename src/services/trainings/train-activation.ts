import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY } from '../../db/queue.js'
import { answerOnce } from '../access/answer-once.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { describeActivation } from '../activations/describe-activation.js'
import { ensureDescribedActivation, requireFinite } from '../activations/ensure-activation.js'
import { getDataset } from '../datasets/get-dataset.js'
import { getValidMetadata } from '../evaluations/valid-metadata.js'
import { getValidInteger, refuseInput } from '../validate-input.js'
import { type QueuedTraining, queueTraining } from './queue-training.js'

export interface TrainActivationInput {
  readonly dataset: string
  readonly expression: string
  /** 1 to 10 different whole numbers from 0 to 2^31 - 1. @defaultValue [0] */
  readonly seeds?: readonly number[] | null
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
  /** A JSON object of at most 8 kB for the runs of the jobs that are queued now. */
  readonly metadata?: unknown
}

/**
 * Queues the training of a function in a dataset, one job per seed, and returns the jobs and the existing runs. A function
 * is trained once per dataset version and seed, whatever its spelling. The same `idempotencyKey` of the same API key
 * within a day returns the same jobs and runs and queues nothing. Scope: TRAIN. Throws INVALID_EXPRESSION, NOT_FINITE,
 * NOT_FOUND (no such dataset), BAD_USER_INPUT (seeds, key), or CONFLICT if the dataset cannot be trained or the
 * idempotency key was used with another input.
 */
export async function trainActivation(
  database: Database,
  viewer: Viewer | null,
  input: TrainActivationInput,
  options: { readonly priority?: number } = {},
): Promise<QueuedTraining> {
  const { apiKeyId } = requireScope(viewer, 'TRAIN')
  const seeds = getValidSeeds(input.seeds ?? [0])
  const metadata = getValidMetadata('metadata', input.metadata)
  const described = describeActivation(input.expression)
  requireFinite(described)
  const { idempotencyKey } = input
  // Another spelling of the function is the same request.
  const same = [input.dataset, described.identityHex, seeds, ...(metadata ? [metadata] : [])]
  return inTransaction(database, (db) =>
    answerOnce(
      db,
      { apiKeyId, mutation: 'trainActivation', idempotencyKey, input: same },
      {
        run: async () =>
          queueTraining(db, {
            dataset: await getDataset(db, input.dataset),
            activation: await ensureDescribedActivation(db, described),
            expression: described.canonicalText,
            seeds,
            priority: options.priority ?? PRIORITY.interactive,
            apiKeyId,
            metadata,
          }),
        idsOf: ({ jobs, runs }) => ({ TrainingJob: jobs.map(({ id }) => id), Run: runs.map(({ id }) => id) }),
        load: async (idsOf) => {
          const [jobIds, runIds] = [idsOf('TrainingJob'), idsOf('Run')]
          const jobs = await db.trainingJob.findMany({ where: { id: { in: jobIds } }, omit: { checkpoint: true } })
          const runs = await db.run.findMany({ where: { id: { in: runIds } } })
          return { jobs: inOrder(jobs, jobIds), runs: inOrder(runs, runIds) }
        },
      },
    ),
  )
}

function inOrder<Row extends { readonly id: number }>(rows: readonly Row[], ids: readonly number[]): Row[] {
  return ids.flatMap((id) => rows.filter((row) => row.id === id))
}

function getValidSeeds(seeds: readonly number[]): readonly number[] {
  if (seeds.length < 1 || seeds.length > 10) refuseInput('seeds', '1 to 10 seeds', `${seeds.length} of them`)
  for (const seed of seeds) getValidInteger('seeds', seed, 0, 2 ** 31 - 1)
  if (new Set(seeds).size < seeds.length) refuseInput('seeds', 'different seeds', seeds.join(', '))
  return seeds
}
