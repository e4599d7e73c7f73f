import type { MapNode } from './map-query.js'

/** The points of a map in a square from -1 to 1. */
export interface MapPoints {
  readonly nodes: readonly MapNode[]
  /** x and y of each node. */
  readonly places: Float32Array
  /** A place of the map of the service in the square. */
  fit(place: readonly [x: number, y: number]): readonly [x: number, y: number]
}

/** Share of the square that stays free around the points. */
const MARGIN = 0.06

/** Fits the places of nodes into the square. */
export function fitPoints(nodes: readonly MapNode[]): MapPoints {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { x, y } of nodes) {
    low[0] = Math.min(low[0], x)
    low[1] = Math.min(low[1], y)
    high[0] = Math.max(high[0], x)
    high[1] = Math.max(high[1], y)
  }
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2]
  const half = Math.max(high[0] - low[0], high[1] - low[1], 1e-9) / 2 / (1 - MARGIN)
  const places = new Float32Array(2 * nodes.length)
  nodes.forEach(({ x, y }, index) => {
    places[2 * index] = (x - middle[0]) / half
    places[2 * index + 1] = (y - middle[1]) / half
  })
  return { nodes, places, fit: ([x, y]) => [(x - middle[0]) / half, (y - middle[1]) / half] }
}

/** The nodes nearest to a place, nearest first. */
export function listNearest({ places }: MapPoints, [x, y]: readonly [number, number], count: number): number[] {
  const distances = Float64Array.from({ length: places.length / 2 }, (_, index) =>
    Math.hypot(places[2 * index] - x, places[2 * index + 1] - y),
  )
  return takeFirst(distances, count)
}

/** The indices of the smallest numbers, smallest first; NaN is left out. */
export function takeFirst(values: Float64Array, count: number): number[] {
  const taken: number[] = []
  values.forEach((value, index) => {
    if (Number.isNaN(value) || (taken.length === count && value >= values[taken[count - 1]])) return
    let place = taken.length
    while (place > 0 && values[taken[place - 1]] > value) place -= 1
    taken.splice(place, 0, index)
    if (taken.length > count) taken.pop()
  })
  return taken
}

const CELLS = 128

/** Finds the point under a pointer. The points are sorted into the cells of a grid, so that 400,000 of them are no matter. */
export class PointGrid {
  readonly #places: Float32Array
  readonly #starts = new Uint32Array(CELLS * CELLS + 1)
  readonly #members: Uint32Array

  constructor(places: Float32Array) {
    this.#places = places
    const count = places.length / 2
    const cells = new Int32Array(count)
    for (let index = 0; index < count; index++) {
      cells[index] = CELLS * toCell(places[2 * index + 1]) + toCell(places[2 * index])
      this.#starts[cells[index] + 1] += 1
    }
    for (let cell = 0; cell < CELLS * CELLS; cell++) this.#starts[cell + 1] += this.#starts[cell]
    this.#members = new Uint32Array(count)
    const next = this.#starts.slice()
    for (let index = 0; index < count; index++) {
      this.#members[next[cells[index]]] = index
      next[cells[index]] += 1
    }
  }

  /** The index of the nearest point within a distance, or null. */
  find(x: number, y: number, within: number): number | null {
    let [nearest, distance]: [number | null, number] = [null, within]
    for (let row = toCell(y - within); row <= toCell(y + within); row++) {
      for (let cell = CELLS * row + toCell(x - within); cell <= CELLS * row + toCell(x + within); cell++) {
        for (const index of this.#members.subarray(this.#starts[cell], this.#starts[cell + 1])) {
          const own = Math.hypot(this.#places[2 * index] - x, this.#places[2 * index + 1] - y)
          if (own > distance) continue
          nearest = index
          distance = own
        }
      }
    }
    return nearest
  }
}

function toCell(value: number): number {
  return Math.max(0, Math.min(CELLS - 1, Math.floor(((value + 1) / 2) * CELLS)))
}
