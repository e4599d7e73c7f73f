import type { Db } from '../../db/connection/client.js'
import type { Surrogate, SurrogateAlgorithm } from '../../db/generated/client.js'
import { PRIORITY, queueTask, taskKey } from '../../db/queue.js'
import { findNextVersion } from '../../db/surrogates/surrogate-versions.js'
import { lockDataset } from '../../db/surrogates/write-surrogates.js'

export interface SurrogateRequest {
  readonly datasetId: number
  readonly algorithm: SurrogateAlgorithm
  /** The key that requested it; null if the service did. */
  readonly apiKeyId: number | null
  /** How long the fit waits for further evaluations. @defaultValue 0 */
  readonly delaySeconds?: number
}

/**
 * Returns the unfinished surrogate of this dataset and algorithm. Otherwise stores a new one with the next version,
 * and its task, in the caller's transaction. A surrogate that waits for further evaluations starts at once unless this
 * request also waits. Concurrent callers get the same row.
 */
export async function queueSurrogate(db: Db, request: SurrogateRequest): Promise<Surrogate> {
  const { datasetId, algorithm, apiKeyId, delaySeconds = 0 } = request
  // Versions are assigned one at a time. Evaluations can still be added, because their foreign keys take a weaker lock.
  await lockDataset(db.$kysely, datasetId)
  const unfinished = await db.surrogate.findFirst({
    where: { datasetId, algorithm, state: { in: ['QUEUED', 'FITTING'] } },
  })
  if (unfinished && (unfinished.state === 'FITTING' || delaySeconds > 0)) return unfinished
  const surrogate = unfinished ?? (await insertSurrogate(db, datasetId, algorithm, apiKeyId))
  const startAt = delaySeconds > 0 ? new Date(Date.now() + delaySeconds * 1000) : undefined
  await queueTask(
    db.$kysely,
    'update_surrogate',
    { surrogateId: surrogate.id },
    { jobKey: taskKey('update_surrogate', surrogate.id), priority: PRIORITY.interactive, askedAt: startAt },
  )
  return surrogate
}

async function insertSurrogate(db: Db, datasetId: number, algorithm: SurrogateAlgorithm, apiKeyId: number | null) {
  const version = await findNextVersion(db.$kysely, datasetId)
  return db.surrogate.create({ data: { datasetId, algorithm, version, apiKeyId } })
}
