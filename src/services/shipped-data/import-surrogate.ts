import type { SeedSurrogate } from '../../datasets/shipped/seed-surrogate.js'
import type { Db } from '../../db/connection/client.js'
import { findActivationIds } from '../../db/surrogates/find-points.js'
import { hasSurrogate, insertShippedSurrogate } from '../../db/surrogates/shipped-surrogates.js'
import { deserialiseUmapKnn } from '../../surrogate/umap/umap-knn-codec.js'
import { computeUmapKnnQuality } from '../../surrogate/umap/umap-knn-quality.js'
import { renameRows } from './export-surrogate.js'

/**
 * Stores a surrogate that ships with the product as version 1 of the dataset, READY, in the caller's transaction. The
 * evaluations that it was fitted on must be stored. Returns false, and stores nothing, if the dataset has a surrogate, if
 * a function is not stored, or if the fit is of another version of the product. Its quality is measured again, by the
 * rules of this version.
 */
export async function importSurrogate(db: Db, datasetId: number, surrogate: SeedSurrogate): Promise<boolean> {
  const identities = surrogate.points.map((point) => point.identity)
  const idOf = await findActivationIds(db.$kysely, identities)
  if (await hasSurrogate(db.$kysely, datasetId)) return false
  const artifact = readArtifact(surrogate, idOf)
  if (!artifact) return false
  const fit = deserialiseUmapKnn(artifact)
  const quality = await computeUmapKnnQuality(fit, { seed: fit.seed })
  const points = surrogate.points.map((point) => ({ ...point, activationId: idOf.get(point.identity) as number }))
  await insertShippedSurrogate(db.$kysely, datasetId, { ...surrogate, artifact, quality, points })
  return true
}

/** Returns null if a function is not stored, or if the bytes are of another version. */
function readArtifact(surrogate: SeedSurrogate, idOf: ReadonlyMap<string, number>): Uint8Array | null {
  if (surrogate.points.some((point) => !idOf.has(point.identity))) return null
  try {
    return renameRows(Buffer.from(surrogate.artifact, 'base64'), (identity) => {
      const id = idOf.get(identity)
      if (id === undefined) throw new Error(`${identity}: no activation has this identity`)
      return String(id)
    })
  } catch {
    return null
  }
}
