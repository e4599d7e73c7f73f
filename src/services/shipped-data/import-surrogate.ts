import type { SeedSurrogate } from '../../datasets/shipped/seed-surrogate.js'
import type { Db } from '../../db/connection/client.js'
import { findIdsBySpelling, hasSurrogate, insertShippedSurrogate } from '../../db/surrogates/shipped-surrogates.js'
import { deserialiseUmapKnn } from '../../surrogate/umap/umap-knn-codec.js'
import { computeUmapKnnQuality } from '../../surrogate/umap/umap-knn-quality.js'
import { renameRows } from './export-surrogate.js'

/**
 * Stores a surrogate that ships with the product as the next version of the dataset, READY, in the caller's transaction.
 * The evaluations that it was fitted on must be stored. Returns false, and stores nothing, if the dataset has a surrogate of
 * this algorithm, if a function is not stored, or if the fit is of another version of the product.
 */
export async function importSurrogate(db: Db, datasetId: number, surrogate: SeedSurrogate): Promise<boolean> {
  const { algorithm } = surrogate
  const idOf = await findIdsBySpelling(
    db.$kysely,
    surrogate.points.map((point) => point.expression),
  )
  if (await hasSurrogate(db.$kysely, datasetId, algorithm)) return false
  const artifact = readArtifact(surrogate, idOf)
  if (!artifact) return false
  const points = surrogate.points.map((point) => ({ ...point, activationId: idOf.get(point.expression) as number }))
  const quality = algorithm === 'UMAP_KNN' ? await measureMap(artifact) : surrogate.quality
  await insertShippedSurrogate(db.$kysely, datasetId, { ...surrogate, artifact, quality, points })
  return true
}

/** The quality of a map by the rules of this version; it takes milliseconds. That of a Gaussian process takes a minute. */
function measureMap(artifact: Uint8Array): Promise<SeedSurrogate['quality']> {
  const fit = deserialiseUmapKnn(artifact)
  return computeUmapKnnQuality(fit, { seed: fit.seed })
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
