import type { SeedSurrogate } from '../../datasets/shipped/seed-surrogate.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { findShippableSurrogate, listShippablePoints } from '../../db/surrogates/shipped-surrogates.js'
import { deserialiseUmapKnn, serialiseUmapKnn } from '../../surrogate/umap/umap-knn-codec.js'

/** The newest READY surrogate of a dataset in the form that ships with the product; null if missing. */
export async function exportSurrogate(db: KyselyDb, datasetId: number): Promise<SeedSurrogate | null> {
  const surrogate = await findShippableSurrogate(db, datasetId)
  if (!surrogate) return null
  const points = await listShippablePoints(db, surrogate.id)
  const identityOf = new Map(points.map((point) => [String(point.activationId), point.identity]))
  const { artifact, trainedOn, leftOut, fittedAt, fitSeconds } = surrogate
  const { spearman, kendall, meanAbsoluteError, topRecall, intervalCoverage, folds } = surrogate
  return {
    algorithm: 'UMAP_KNN',
    // An embedding is made from features, so this kind of surrogate never has it as one.
    features: surrogate.features.filter((feature) => feature !== 'EMBEDDING'),
    trainedOn,
    leftOut,
    fitSeconds,
    quality: { spearman, kendall, meanAbsoluteError, topRecall, intervalCoverage, folds },
    fittedAt: fittedAt.toISOString(),
    artifact: Buffer.from(renameRows(artifact, (id) => identityOf.get(id) ?? id)).toString('base64'),
    points: points.map(({ activationId: _, ...point }) => point),
  }
}

/** The bytes of a fit with other ids for its rows. Throws if the bytes are of another version. */
export function renameRows(artifact: Uint8Array, rename: (id: string) => string): Uint8Array {
  const fit = deserialiseUmapKnn(artifact)
  return serialiseUmapKnn({ ...fit, ids: fit.ids.map(rename) })
}
