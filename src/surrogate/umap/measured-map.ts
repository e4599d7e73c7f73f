import { takeMatrixRows } from '../feature-vectors/feature-matrix.js'
import type { PaceOptions } from '../pace.js'
import { listMeasured } from '../surrogate-method.js'
import { fitUmapKnn, type UmapKnnFit } from './umap-knn.js'

/**
 * Adds a second map, of the measured rows only, with the same features; a replay searches this map. As in the paper,
 * the map then holds only functions that the search can find. On a map with ten unmeasured functions for each measured
 * one, a search takes twice as long (docs/lab/surrogate-trials.md). If all rows are measured, the first map already is
 * that map.
 */
export async function addMeasuredMap(
  fit: UmapKnnFit,
  features: { readonly outputs: Float32Array; readonly spectra: Float32Array | null },
  options: PaceOptions = {},
): Promise<UmapKnnFit> {
  const rows = listMeasured(fit.targets)
  if (rows.length === fit.ids.length) return fit
  const { layout } = await fitUmapKnn({
    ...options,
    ids: Array.from(rows, (row) => fit.ids[row]),
    outputs: takeRows(features.outputs, fit.outputColumns, rows),
    spectra: fit.spectrumColumns && features.spectra ? takeRows(features.spectra, fit.spectrumColumns, rows) : null,
    targets: Float64Array.from(rows, (row) => fit.targets[row]),
    seed: fit.seed,
  })
  return { ...fit, measuredLayout: layout }
}

/** Map points of the measured rows by id. They come from the map of the measured rows if the fit has one. */
export function listMeasuredPoints({ ids, layout, targets, measuredLayout }: UmapKnnFit) {
  return new Map(
    Array.from(listMeasured(targets), (row, index) => {
      const [own, point] = measuredLayout ? [measuredLayout, index] : [layout, row]
      return [ids[row], [own[2 * point], own[2 * point + 1]] as const]
    }),
  )
}

function takeRows(values: Float32Array, columns: number, rows: Int32Array): Float32Array {
  return takeMatrixRows({ values, columns, rows: values.length / columns }, rows).values
}
