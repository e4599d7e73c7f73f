import type { Layout } from './spectral-layout.js'

/** The measured points nearest to a map point, and the uniform mean of their measurements. */
export interface NeighbourMean {
  readonly mean: number
  /** Rows, nearest first. */
  readonly rows: number[]
  /** Population variance of the neighbours' measurements. */
  readonly variance: number
  /** Mean squared distance to the neighbours. */
  readonly squaredDistance: number
}

/** Number of measured points in a mean. */
const MEAN_OF = 3

/**
 * The uniform mean over the three of `measured` nearest to (x, y), ties by row. `except` (the point itself) is left
 * out. If there are fewer than three, the mean is over all of them; the mean of none is NaN.
 */
export function computeNeighbourMean(
  layout: Layout,
  targets: Float64Array,
  measured: Int32Array,
  x: number,
  y: number,
  except = -1,
): NeighbourMean {
  const rows = new Int32Array(MEAN_OF)
  const distances = new Float64Array(MEAN_OF).fill(Number.POSITIVE_INFINITY)
  let size = 0
  for (const row of measured) {
    if (row === except) continue
    const dx = layout[2 * row] - x
    const dy = layout[2 * row + 1] - y
    const distance = dx * dx + dy * dy
    if (size === MEAN_OF && distance >= distances[MEAN_OF - 1]) continue
    let rank = size < MEAN_OF ? size++ : MEAN_OF - 1
    for (; rank > 0 && distance < distances[rank - 1]; rank--) {
      distances[rank] = distances[rank - 1]
      rows[rank] = rows[rank - 1]
    }
    distances[rank] = distance
    rows[rank] = row
  }
  return summarise(Array.from(rows.subarray(0, size)), distances, targets)
}

function summarise(rows: number[], distances: Float64Array, targets: Float64Array): NeighbourMean {
  const share = 1 / rows.length
  const mean = rows.length > 0 ? rows.reduce((sum, row) => sum + targets[row], 0) / rows.length : Number.NaN
  return {
    mean,
    rows,
    variance: rows.reduce((sum, row) => sum + (targets[row] - mean) ** 2 * share, 0),
    squaredDistance: rows.reduce((sum, _, rank) => sum + distances[rank] * share, 0),
  }
}
