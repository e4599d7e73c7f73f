import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { PRIORITY } from '../../db/queue.js'
import { requireScope, type Viewer } from '../access/viewer.js'
import { describeActivation } from '../activations/describe-activation.js'
import { ensureDescribedActivation, requireFinite } from '../activations/ensure-activation.js'
import { getDataset } from '../datasets/get-dataset.js'
import { getValidInteger, getValidOptionalText, refuseInput } from '../validate-input.js'
import { answerOnce } from './idempotency.js'
import { type QueuedTraining, queueTraining } from './queue-training.js'

export interface TrainActivationInput {
  readonly dataset: string
  readonly expression: string
  /** 1 to 10 different whole numbers from 0 to 2^31 - 1. @defaultValue [0] */
  readonly seeds?: readonly number[] | null
  /** At most 200 characters. */
  readonly idempotencyKey?: string | null
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
  const idempotencyKey = getValidOptionalText('idempotencyKey', input.idempotencyKey, 200)
  const described = describeActivation(input.expression)
  requireFinite(described)
  return inTransaction(database, async (db) => {
    const queue = async () => {
      const dataset = await getDataset(db, input.dataset)
      return queueTraining(db, {
        dataset,
        activation: await ensureDescribedActivation(db, described),
        expression: described.canonicalText,
        seeds,
        priority: options.priority ?? PRIORITY.interactive,
        apiKeyId,
      })
    }
    if (idempotencyKey === null) return queue()
    return answerOnce(
      db,
      { apiKeyId, key: idempotencyKey, input: [input.dataset, described.identityHex, seeds] },
      queue,
    )
  })
}

function getValidSeeds(seeds: readonly number[]): readonly number[] {
  if (seeds.length < 1 || seeds.length > 10) refuseInput('seeds', '1 to 10 seeds', `${seeds.length} of them`)
  for (const seed of seeds) getValidInteger('seeds', seed, 0, 2 ** 31 - 1)
  if (new Set(seeds).size < seeds.length) refuseInput('seeds', 'different seeds', seeds.join(', '))
  return seeds
}
