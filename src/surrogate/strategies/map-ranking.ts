/** How many measured points a prediction on the map averages, as the surrogate itself does. */
const NEAREST = 3

/**
 * Predictions on a surrogate's map that follow what is learned: the mean of the three nearest measured points. Each
 * place keeps its three, so that learning one point costs one pass over the places, and predicting nothing.
 */
export interface MapRanking {
  /** A place to predict; returns its number, from 0. */
  addPlace(x: number, y: number): number
  /** A measured point. */
  learn(x: number, y: number, value: number): void
  /** The mean at a place; null where nothing was learned yet. */
  meanAt(place: number): number | null
  /** Squared distance of a place from the nearest measured point; infinite where nothing was learned yet. */
  remotenessOf(place: number): number
}

/** A ranking without places and points. */
export function createMapRanking(): MapRanking {
  const places: Place[] = []
  const known: { readonly x: number; readonly y: number; readonly value: number }[] = []
  return {
    addPlace(x, y) {
      const place: Place = { x, y, distances: [], values: [] }
      for (const point of known) offer(place, point.x, point.y, point.value)
      return places.push(place) - 1
    },
    learn(x, y, value) {
      known.push({ x, y, value })
      for (const place of places) offer(place, x, y, value)
    },
    remotenessOf: (index) => places[index].distances[0] ?? Number.POSITIVE_INFINITY,
    meanAt(index) {
      const { values } = places[index]
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
    },
  }
}

interface Place {
  readonly x: number
  readonly y: number
  /** Squared, rising; at most three, with the values there. */
  readonly distances: number[]
  readonly values: number[]
}

function offer({ x, y, distances, values }: Place, pointX: number, pointY: number, value: number): void {
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
