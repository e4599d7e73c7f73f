import { useEffect, useRef, useState } from 'preact/hooks'
import { ask } from '../../api/client.js'
import { subscribe } from '../../api/subscribe.js'
import { isPassing } from '../../api/use-query.js'
import { FIRST_POINTS, MAP, MAPS, type MapName, type MapNode, type MapSurrogate, REFITS } from './map-query.js'

/** The largest page of the API. */
const MORE_POINTS = 5000
const RETRY_MILLISECONDS = 5000

export interface MapData {
  readonly title: string
  /** Null if the dataset has no surrogate that is ready. */
  readonly surrogate: Pick<MapSurrogate, 'id' | 'version'> | null
  /** Whether there is a map by spectra, so that there are maps by outputs and by both too. */
  readonly hasSpectra: boolean
  readonly total: number
  readonly nodes: readonly MapNode[]
  /** Where the next points begin; null if all are there. */
  readonly cursor: string | null
}

interface MapState {
  readonly data: MapData | null
  readonly error: Error | null
  readonly isLoading: boolean
  /** Loads the other points. */
  loadRest(): void
}

/** The points of a map of a dataset. A new fit replaces them. */
export function useMap(name: string, map: MapName): MapState {
  const [state, setState] = useState<Omit<MapState, 'loadRest'>>({ data: null, error: null, isLoading: true })
  const [attempt, tryAgain] = useState(0)
  /** Surrogates that were ready when the points were read. */
  const ready = useRef<Set<string> | null>(null)
  const end = useRef(new AbortController())
  const run = async (load: (signal: AbortSignal) => Promise<MapData>) => {
    end.current.abort()
    end.current = new AbortController()
    const { signal } = end.current
    setState((before) => ({ ...before, isLoading: true }))
    try {
      const data = await load(signal)
      if (!signal.aborted) setState({ data, error: null, isLoading: false })
    } catch (error) {
      if (!signal.aborted) setState((before) => ({ ...before, error: error as Error, isLoading: false }))
    }
  }
  const loadPage = async (before: MapData | null, first: number, signal: AbortSignal): Promise<MapData> => {
    const after = before?.cursor ?? null
    const { dataset } = await ask(
      MAP,
      { name, first, after, features: MAPS[map].features, isFirst: before === null },
      { signal },
    )
    if (dataset === null) throw new Error('The service has no such dataset.')
    ready.current = new Set(dataset.surrogates.nodes.filter((each) => each.state === 'READY').map(({ id }) => id))
    const { title, surrogate } = dataset
    if (surrogate === null) return { title, surrogate, hasSpectra: false, total: 0, nodes: [], cursor: null }
    // Another fit has other places.
    if (before && before.surrogate?.id !== surrogate.id) return loadPage(null, first, signal)
    const { nodes, totalCount, pageInfo } = surrogate.embedding
    return {
      ...{
        title,
        surrogate,
        hasSpectra: surrogate.bySpectra ? surrogate.bySpectra.nodes.length > 0 : (before?.hasSpectra ?? false),
      },
      ...{ total: totalCount ?? before?.total ?? 0 },
      nodes: before ? before.nodes.concat(nodes) : nodes,
      cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
    }
  }
  useEffect(() => {
    void run((signal) => loadPage(null, FIRST_POINTS, signal))
    return () => end.current.abort()
  }, [name, map, attempt])
  useEffect(() => {
    if (!isPassing(state.error)) return
    const timer = setTimeout(() => tryAgain((count) => count + 1), RETRY_MILLISECONDS)
    return () => clearTimeout(timer)
  }, [state.error])
  useEffect(
    () =>
      subscribe({
        operation: REFITS,
        variables: () => ({ name }),
        onResult({ surrogateUpdated: { id, state: fit } }) {
          if (fit !== 'READY' || ready.current === null || ready.current.has(id)) return
          ready.current.add(id)
          tryAgain((count) => count + 1)
        },
      }),
    [name],
  )
  const loadRest = () =>
    void run(async (signal) => {
      let data = state.data as MapData
      while (data.cursor !== null) data = await loadPage(data, MORE_POINTS, signal)
      return data
    })
  return { ...state, loadRest }
}
