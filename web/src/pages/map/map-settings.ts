import { MAPS, type MapName, type MapNode } from './map-query.js'

/** What the colour of a point says. */
export const COLOURS = [
  { name: 'measured', title: 'Measured accuracy', read: (node: MapNode) => node.validationAccuracy },
  { name: 'predicted', title: 'Predicted accuracy', read: (node: MapNode) => node.predictedMean },
  {
    name: 'uncertainty',
    title: 'Uncertainty of the prediction',
    read: (node: MapNode) => node.predictedStandardDeviation,
  },
] as const

export type Colour = (typeof COLOURS)[number]

/** All that a visitor can choose for the map. */
export interface MapSettings {
  /** By what functions are close to each other. */
  readonly map: MapName
  readonly colour: Colour
  /** The highlighted function, or an empty text. */
  readonly find: string
}

/** The settings in an address such as `?by=spectra&colour=predicted&f=tanh(x)`. */
export function readMapSettings(query: Readonly<Record<string, string>>): MapSettings {
  return {
    map: Object.hasOwn(MAPS, query.by ?? '') ? (query.by as MapName) : 'both',
    colour: COLOURS.find(({ name }) => name === query.colour) ?? COLOURS[0],
    find: query.f ?? '',
  }
}

export function writeMapSettings(path: string, { map, colour, find }: MapSettings): string {
  const parameters = new URLSearchParams({
    ...(map !== 'both' && { by: map }),
    ...(colour !== COLOURS[0] && { colour: colour.name }),
    ...(find !== '' && { f: find }),
  })
  const text = parameters.toString()
  return text === '' ? path : `${path}?${text}`
}
