import type { Layout } from './spectral-layout.js'

/** The measured points nearest to a place of the map, and the uniform mean of what was measured there. */
export interface NeighbourMean {
  readonly mean: number
  /** Rows, nearest first. */
  readonly rows: number[]
  /** Population variance of the neighbours' measurements. */
  readonly variance: number
  /** Mean squared distance to them. */
  readonly squaredDistance: number
}

/** How many measured points a prediction averages. */
const MEAN_OF = 3

/**
 * The uniform mean over the three of `measured` nearest to (x, y), equal distances by row; `except` (the point itself)
 * is left out. With fewer than three, over those there are; the mean of none is NaN.
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
    let place = size < MEAN_OF ? size++ : MEAN_OF - 1
    for (; place > 0 && distance < distances[place - 1]; place--) {
      distances[place] = distances[place - 1]
      rows[place] = rows[place - 1]
    }
    distances[place] = distance
    rows[place] = row
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
    squaredDistance: rows.reduce((sum, _, place) => sum + distances[place] * share, 0),
  }
}
