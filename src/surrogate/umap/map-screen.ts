import { toFeatureMatrix } from '../feature-vectors/feature-matrix.js'
import { fitProjection, project } from '../feature-vectors/feature-projection.js'
import type { PaceOptions } from '../pace.js'
import { listMeasured } from '../surrogate-method.js'
import { computeNeighbourMean } from './neighbour-regression.js'
import type { UmapKnnFit } from './umap-knn.js'

/** Searches many functions for high predictions. */
export interface MapScreen {
  /** A score for each row of outputs; rows with a higher score probably have a higher prediction. */
  scoreRows(outputs: Float32Array, rows: number): Promise<Float64Array>
}

/**
 * A screen by a map. Transforming one function into the map costs milliseconds. Instead the screen takes the fitted
 * function with the most similar outputs (asinh, 24 principal coordinates). The score is the mean at that function's
 * map point; among equal means, nearer functions score higher. Functions that pass the screen are then transformed as
 * usual.
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
      const coordinates = await project(projection, toFeatureMatrix(values, rows, 'outputs'), options)
      return Float64Array.from({ length: rows }, (_, row) => {
        const { nearest, distance } = findNearest(fitted, coordinates.subarray(row * width, (row + 1) * width))
        return means[nearest] - NEARNESS * (1 - 1 / (1 + distance))
      })
    },
  }
}

/** Smaller than any difference between mean accuracies, so that the distance decides only between equal means. */
const NEARNESS = 1e-9

/** Coordinates are in order of importance, so the first few rule out most rows. */
function findNearest(fitted: Float64Array, query: Float64Array): { nearest: number; distance: number } {
  const width = query.length
  let nearest = 0
  let distance = Number.POSITIVE_INFINITY
  for (let row = 0, offset = 0; offset < fitted.length; row++, offset += width) {
    let sum = 0
    for (let k = 0; k < width && sum < distance; k++) sum += (fitted[offset + k] - query[k]) ** 2
    if (sum >= distance) continue
    nearest = row
    distance = sum
  }
  return { nearest, distance }
}
