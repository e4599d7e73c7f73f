import { useEffect, useState } from 'preact/hooks'
import { mapOutputs, type OutputsMap } from '../../language/outputs-map.js'
import { fitPoints, type MapPoints } from './map-points.js'
import type { MapNode } from './map-query.js'
import type { Arrangement } from './map-settings.js'

interface Arranged {
  readonly points: MapPoints | null
  /** The map of the outputs, which places any function; null for the map of the surrogate. */
  readonly outputs: OutputsMap | null
}

const NOTHING: Arranged = { points: null, outputs: null }

/** The points in the places that an arrangement gives them. Those by outputs are computed here, which takes a moment. */
export function useArrangement(nodes: readonly MapNode[] | null, arrangement: Arrangement): Arranged {
  const [state, setState] = useState(NOTHING)
  useEffect(() => {
    if (nodes === null || nodes.length === 0) return setState(NOTHING)
    if (arrangement === 'surrogate') {
      const places = new Float64Array(2 * nodes.length)
      nodes.forEach(({ x, y }, index) => {
        places[2 * index] = x
        places[2 * index + 1] = y
      })
      setState({ points: fitPoints(nodes, places), outputs: null })
      return
    }
    const end = new AbortController()
    void mapOutputs(
      nodes.map(({ expression }) => expression),
      end.signal,
    ).then((outputs) => {
      if (outputs === null || end.signal.aborted) return
      setState({ points: fitPoints(nodes, outputs.places), outputs })
    })
    return () => end.abort()
  }, [nodes, arrangement])
  return state
}
