import {
  computeDistance,
  type DistanceMetric,
  type FeatureMatrix,
} from '../../../src/surrogate/feature-vectors/feature-matrix.js'

/**
 * Trustworthiness of a map, 0 to 1 (Venna & Kaski 2001): 1 minus a penalty for each of the `neighbours` nearest rows in
 * the map whose rank among the true neighbours exceeds `neighbours`. The penalty is that excess.
 */
export function computeTrustworthiness(
  features: FeatureMatrix,
  map: FeatureMatrix,
  neighbours: number,
  metric: DistanceMetric = 'euclidean',
): number {
  const { rows } = features
  let penalty = 0
  for (let row = 0; row < rows; row++) {
    const ranks = new Int32Array(rows)
    listByDistance(metric, features, row).forEach((other, rank) => {
      ranks[other] = rank + 1
    })
    for (const other of listByDistance('euclidean', map, row).slice(0, neighbours)) {
      penalty += Math.max(0, ranks[other] - neighbours)
    }
  }
  return 1 - (2 * penalty) / (rows * neighbours * (2 * rows - 3 * neighbours - 1))
}

function listByDistance(metric: DistanceMetric, matrix: FeatureMatrix, row: number): Int32Array {
  const distances = Float64Array.from({ length: matrix.rows }, (_, other) =>
    computeDistance(metric, matrix, row, matrix, other, Number.POSITIVE_INFINITY),
  )
  return Int32Array.from(distances.keys())
    .filter((other) => other !== row)
    .sort((a, b) => distances[a] - distances[b] || a - b)
}
