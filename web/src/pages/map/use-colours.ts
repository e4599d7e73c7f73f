import { useMemo } from 'preact/hooks'
import { type ColourScale, chooseScale } from './colour-scale.js'
import type { MapNode } from './map-query.js'
import type { Colour } from './map-settings.js'
import { useDark } from './use-dark.js'

interface Colours {
  readonly scale: ColourScale | null
  /** Red, green, blue and opacity of each node. */
  readonly bytes: Uint8Array
  /** The nodes in the order in which they are drawn: without a value first, then by rising value. */
  readonly order: Uint32Array
  /** How many nodes have no value. */
  readonly missing: number
}

/** Grey that is seen on light and on dark. */
const UNKNOWN = [140, 146, 154]
const [KNOWN_OPACITY, UNKNOWN_OPACITY] = [225, 90]

/** The colours of the nodes. */
export function useColours(nodes: readonly MapNode[], colour: Colour): Colours {
  const isDark = useDark()
  return useMemo(() => {
    const values = nodes.map(colour.read)
    const scale = chooseScale(values, isDark)
    const bytes = new Uint8Array(4 * nodes.length)
    let missing = 0
    for (let index = 0; index < values.length; index++) {
      const value = values[index]
      if (value === null) missing += 1
      const isKnown = value !== null && scale !== null
      const shade = isKnown ? scale.colourOf(value) : UNKNOWN
      for (let part = 0; part < 3; part++) bytes[4 * index + part] = shade[part]
      bytes[4 * index + 3] = isKnown ? KNOWN_OPACITY : UNKNOWN_OPACITY
    }
    return { scale, bytes, order: orderByHeight(values, scale), missing }
  }, [nodes, colour, isDark])
}

/** More steps than colours. */
const STEPS = 4096

/** Sorts into steps, which takes a twentieth of the time of a sort by comparisons for 400,000 nodes. */
function orderByHeight(values: readonly (number | null)[], scale: ColourScale | null): Uint32Array {
  const { low = 0, high = 1 } = scale ?? {}
  const stepOf = (value: number | null) => {
    if (value === null) return 0
    const share = high > low ? (value - low) / (high - low) : 0
    return 1 + Math.round(Math.max(0, Math.min(1, share)) * (STEPS - 2))
  }
  const starts = new Uint32Array(STEPS + 1)
  for (const value of values) starts[stepOf(value) + 1] += 1
  for (let step = 0; step < STEPS; step++) starts[step + 1] += starts[step]
  const order = new Uint32Array(values.length)
  for (let index = 0; index < values.length; index++) {
    const step = stepOf(values[index])
    order[starts[step]] = index
    starts[step] += 1
  }
  return order
}
