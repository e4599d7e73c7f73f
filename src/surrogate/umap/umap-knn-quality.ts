import { type CrossValidation, crossValidate, type Quality } from '../cross-validation/quality.js'
import { predictRows, replaceTargets, type UmapKnnFit } from './umap-knn.js'

/** Cross-validated quality of a fit. The map stays, because it saw no targets; each fold fits the variance again. */
export function computeUmapKnnQuality(fit: UmapKnnFit, settings: CrossValidation): Promise<Quality> {
  return crossValidate(fit.targets, (targets, rows) => predictRows(replaceTargets(fit, targets), rows), settings)
}
