import { listsFrom } from '../tables/lists.js'

/** The places of a function on the maps of a surrogate. */
export interface MapPlaces {
  readonly x: number | null
  readonly y: number | null
  /** On the map by outputs only; null without such a map. */
  readonly outputsPoint: readonly [x: number, y: number] | null
  /** On the map by spectra only; null without such a map, or for a function without a spectrum. */
  readonly spectrumPoint: readonly [x: number, y: number] | null
}

/** The columns of places, in the order of `listPlaces`. */
export const PLACES = ['x', 'y', 'outputs_x', 'outputs_y', 'spectrum_x', 'spectrum_y'] as const
/** The same of the rows `n` of an insert. */
export const SELECTED_PLACES = ['n.x', 'n.y', 'n.outputs_x', 'n.outputs_y', 'n.spectrum_x', 'n.spectrum_y'] as const

/** The places of points as lists, for an insert of many rows. */
export function listPlaces(points: readonly MapPlaces[]) {
  const list = listsFrom(points)
  return {
    x: list('float8', ({ x }) => x),
    y: list('float8', ({ y }) => y),
    outputs_x: list('float8', ({ outputsPoint }) => outputsPoint?.[0] ?? null),
    outputs_y: list('float8', ({ outputsPoint }) => outputsPoint?.[1] ?? null),
    spectrum_x: list('float8', ({ spectrumPoint }) => spectrumPoint?.[0] ?? null),
    spectrum_y: list('float8', ({ spectrumPoint }) => spectrumPoint?.[1] ?? null),
  }
}

/** Two coordinates as they are stored, as a place. */
export function toPlace(x: number | null, y: number | null): readonly [x: number, y: number] | null {
  return x === null || y === null ? null : [x, y]
}
