import { toFeatureMatrix } from '../feature-vectors/feature-matrix.js'
import { fitProjection, project } from '../feature-vectors/feature-projection.js'
import type { PaceOptions } from '../pace.js'
import { listMeasured } from '../surrogate-method.js'
import { computeNeighbourMean } from './neighbour-regression.js'
import type { UmapKnnFit } from './umap-knn.js'

/** Looks for high predictions among very many functions. */
export interface MapScreen {
  /** A score of each row of outputs: higher where the prediction is likely higher. */
  scoreRows(outputs: Float32Array, rows: number): Promise<Float64Array>
}

/**
 * A screen by a map. To place one function costs milliseconds, so a function is taken for the fitted one whose outputs are
 * most like its own (asinh of them, in 24 principal coordinates): its score is the mean at that one's place, the nearer of
 * equal ones first. What passes is then placed as any other.
 */
export async function createMapScreen(
  { ids, layout, targets, seed }: UmapKnnFit,
  outputs: Float32Array,
  options: PaceOptions = {},
): Promise<MapScreen> {
  const matrix = toFeatureMatrix(outputs, ids.length, 'outputs')
  const projection = fitProjection(matrix, 'ASINH', seed)
  const fitted = await project(projection, matrix, options)
  const measured = listMeasured(targets)
  const means = Float64Array.from(
    ids,
    (_, row) => computeNeighbourMean(layout, targets, measured, layout[2 * row], layout[2 * row + 1]).mean,
  )
  const { width } = projection
  return {
    async scoreRows(values, rows) {
      const places = await project(projection, toFeatureMatrix(values, rows, 'outputs'), options)
      return Float64Array.from({ length: rows }, (_, row) => {
        const { nearest, distance } = findNearest(fitted, places.subarray(row * width, (row + 1) * width))
        return means[nearest] - NEARNESS * (1 - 1 / (1 + distance))
      })
    },
  }
}

/** Less than means of accuracies differ by, so that nearness decides among equal ones alone. */
const NEARNESS = 1e-9

/** Coordinates fall in importance, so that a few of them rule out most rows. */
function findNearest(fitted: Float64Array, place: Float64Array): { nearest: number; distance: number } {
  const width = place.length
  let nearest = 0
  let distance = Number.POSITIVE_INFINITY
  for (let row = 0, offset = 0; offset < fitted.length; row++, offset += width) {
    let sum = 0
    for (let k = 0; k < width && sum < distance; k++) sum += (fitted[offset + k] - place[k]) ** 2
    if (sum >= distance) continue
    nearest = row
    distance = sum
  }
  return { nearest, distance }
}
