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
    values.forEach((value, index) => {
      const isKnown = value !== null && scale !== null
      bytes.set(isKnown ? scale.colourOf(value) : UNKNOWN, 4 * index)
      bytes[4 * index + 3] = isKnown ? KNOWN_OPACITY : UNKNOWN_OPACITY
    })
    const heights = Float64Array.from(values, (value) => value ?? -1)
    const order = Uint32Array.from(values.keys()).sort((a, b) => heights[a] - heights[b])
    return { scale, bytes, order, missing: values.filter((value) => value === null).length }
  }, [nodes, colour, isDark])
}
