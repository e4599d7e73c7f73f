import type { SeedSurrogate } from '../../datasets/shipped/seed-surrogate.js'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { toPlace } from '../../db/surrogates/places.js'
import { listShippablePoints, listShippableSurrogates } from '../../db/surrogates/shipped-surrogates.js'
import {
  deserialiseGaussianProcess,
  serialiseGaussianProcess,
} from '../../surrogate/gaussian-process/gaussian-process-codec.js'
import { deserialiseUmapKnn, serialiseUmapKnn } from '../../surrogate/umap/umap-knn-codec.js'

/** The newest READY surrogate of each algorithm of a dataset, in the form that ships with the product. */
export async function exportSurrogates(db: KyselyDb, datasetId: number): Promise<SeedSurrogate[]> {
  const exported: SeedSurrogate[] = []
  for (const surrogate of await listShippableSurrogates(db, datasetId)) {
    const points = await listShippablePoints(db, surrogate.id)
    const expressionOf = new Map(points.map((point) => [String(point.activationId), point.expression]))
    const { algorithm, artifact, trainedOn, leftOut, fittedAt, fitSeconds } = surrogate
    const { spearman, kendall, meanAbsoluteError, topRecall, intervalCoverage, folds, functions } = surrogate
    const quarters = surrogate.quarters as unknown as SeedSurrogate['quality']['quarters']
    exported.push({
      algorithm,
      // An embedding is made from features, so a surrogate never has it as one.
      features: surrogate.features.filter((feature) => feature !== 'EMBEDDING'),
      ...{ method: surrogate.method, trainedOn, leftOut, fitSeconds, fittedAt: fittedAt.toISOString() },
      quality: { spearman, kendall, meanAbsoluteError, topRecall, intervalCoverage, folds, functions, quarters },
      artifact: Buffer.from(renameRows(algorithm, artifact, (id) => expressionOf.get(id) ?? id)).toString('base64'),
      points: points.map(({ activationId: _, outputsX, outputsY, spectrumX, spectrumY, ...point }) => ({
        ...point,
        outputsPoint: toPlace(outputsX, outputsY),
        spectrumPoint: toPlace(spectrumX, spectrumY),
      })),
    })
  }
  return exported
}

/**
 * The bytes of a fit with other ids for its rows. The numbers of a Gaussian process get float32, which halves the bytes and
 * changes predictions by less than 0.0001. Throws if the bytes are of another version.
 */
export function renameRows(
  algorithm: SeedSurrogate['algorithm'],
  artifact: Uint8Array,
  rename: (id: string) => string,
): Uint8Array {
  if (algorithm === 'GAUSSIAN_PROCESS') {
    const fit = deserialiseGaussianProcess(artifact)
    return serialiseGaussianProcess({ ...fit, ids: fit.ids.map(rename) }, { precision: 32 })
  }
  const fit = deserialiseUmapKnn(artifact)
  return serialiseUmapKnn({ ...fit, ids: fit.ids.map(rename) })
}
