/** Number of measured points in a prediction on the map, as in the surrogate itself. */
const NEAREST = 3

/**
 * Predictions on the map of a surrogate, updated with each measured point: the mean of the three nearest measured
 * points. Each point keeps its three nearest. Learning one point therefore takes one pass over the points, and a
 * prediction takes constant time.
 */
export interface MapRanking {
  /** Adds a point to predict. Returns its index, from 0. */
  addPoint(x: number, y: number): number
  /** Adds a measured point. */
  learn(x: number, y: number, value: number): void
  /** The mean at the point of this index; null before anything is learned. */
  meanAt(index: number): number | null
  /** Squared distance of the point from the nearest measured point; infinite before anything is learned. */
  remotenessOf(index: number): number
}

/** A ranking without points. */
export function createMapRanking(): MapRanking {
  const points: PredictedPoint[] = []
  const known: { readonly x: number; readonly y: number; readonly value: number }[] = []
  return {
    addPoint(x, y) {
      const added: PredictedPoint = { x, y, distances: [], values: [] }
      for (const point of known) offer(added, point.x, point.y, point.value)
      return points.push(added) - 1
    },
    learn(x, y, value) {
      known.push({ x, y, value })
      for (const point of points) offer(point, x, y, value)
    },
    remotenessOf: (index) => points[index].distances[0] ?? Number.POSITIVE_INFINITY,
    meanAt(index) {
      const { values } = points[index]
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
    },
  }
}

interface PredictedPoint {
  readonly x: number
  readonly y: number
  /** Squared distances of at most three measured points, ascending, and their values. */
  readonly distances: number[]
  readonly values: number[]
}

function offer({ x, y, distances, values }: PredictedPoint, pointX: number, pointY: number, value: number): void {
  const distance = (pointX - x) ** 2 + (pointY - y) ** 2
  if (distances.length === NEAREST) {
    if (distance >= distances[NEAREST - 1]) return
    distances.pop()
    values.pop()
  }
  let at = distances.length
  while (at > 0 && distance < distances[at - 1]) at--
  distances.splice(at, 0, distance)
  values.splice(at, 0, value)
}
