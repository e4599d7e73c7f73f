import type { MapNode } from './map-query.js'

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

/** By what functions are close to each other: the features of the surrogate, or only the outputs. */
export type Arrangement = 'surrogate' | 'outputs'

/** All that a visitor can choose for the map. */
export interface MapSettings {
  readonly arrangement: Arrangement
  readonly colour: Colour
  /** The highlighted function, or an empty text. */
  readonly find: string
}

/** The settings in an address such as `?by=outputs&colour=predicted&f=tanh(x)`. */
export function readMapSettings(query: Readonly<Record<string, string>>): MapSettings {
  return {
    arrangement: query.by === 'outputs' ? 'outputs' : 'surrogate',
    colour: COLOURS.find(({ name }) => name === query.colour) ?? COLOURS[0],
    find: query.f ?? '',
  }
}

export function writeMapSettings(path: string, { arrangement, colour, find }: MapSettings): string {
  const parameters = new URLSearchParams({
    ...(arrangement !== 'surrogate' && { by: arrangement }),
    ...(colour !== COLOURS[0] && { colour: colour.name }),
    ...(find !== '' && { f: find }),
  })
  const text = parameters.toString()
  return text === '' ? path : `${path}?${text}`
}
