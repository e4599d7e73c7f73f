import type { SeedSurrogate } from '../../datasets/shipped/seed-surrogate.js'
import type { Db } from '../../db/connection/client.js'
import {
  findIdsBySpelling,
  findNewestFit,
  insertShippedSurrogate,
  type NewestFit,
} from '../../db/surrogates/shipped-surrogates.js'
import { renameRows } from './export-surrogate.js'

/**
 * Stores a surrogate that ships with the product as the next version of the dataset, READY, in the caller's transaction.
 * The evaluations that it was fitted on must be stored. Returns false, and stores nothing, if the dataset has a surrogate of
 * this algorithm that is not older than it, if a function is not stored, or if the fit is of another version of the product.
 */
export async function importSurrogate(db: Db, datasetId: number, surrogate: SeedSurrogate): Promise<boolean> {
  const { algorithm } = surrogate
  const idOf = await findIdsBySpelling(
    db.$kysely,
    surrogate.points.map((point) => point.expression),
  )
  const newest = await findNewestFit(db.$kysely, datasetId, algorithm)
  if (newest && !isOutdated(newest, surrogate)) return false
  const artifact = readArtifact(surrogate, idOf)
  if (!artifact) return false
  const points = surrogate.points.map((point) => ({ ...point, activationId: idOf.get(point.expression) as number }))
  await insertShippedSurrogate(db.$kysely, datasetId, { ...surrogate, artifact, points })
  return true
}

/** Whether a shipped surrogate is of a newer method and knows at least as many measurements. */
function isOutdated({ state, method, functions }: NewestFit, shipped: SeedSurrogate): boolean {
  return state === 'READY' && method < shipped.method && (functions ?? 0) <= shipped.trainedOn + shipped.leftOut
}

/** Returns null if a function is not stored, or if the bytes are of another version. */
function readArtifact(
  { algorithm, artifact, points }: SeedSurrogate,
  idOf: ReadonlyMap<string, number>,
): Uint8Array | null {
  if (points.some((point) => !idOf.has(point.expression))) return null
  try {
    return renameRows(algorithm, Buffer.from(artifact, 'base64'), (expression) => {
      const id = idOf.get(expression)
      if (id === undefined) throw new Error(`${expression}: no activation is stored with this expression`)
      return String(id)
    })
  } catch {
    return null
  }
}
