import { useMemo, useState } from 'preact/hooks'
import { useLocation } from 'preact-iso/router'
import { ApiError } from '../../api/client.js'
import { useQuery } from '../../api/use-query.js'
import { ExpressionField } from '../../components/expression-field.js'
import { PageTitle } from '../../components/page-title.js'
import { QueryStatus } from '../../components/query-status.js'
import { formatCount } from '../../language/numbers.js'
import { functionAddress } from '../../language/read-expression.js'
import { FoundPlace } from './found-place.js'
import { FunctionList } from './function-list.js'
import { MapCanvas } from './map-canvas.js'
import { MapLegend } from './map-legend.js'
import { fitPoints, listNearest, takeFirst } from './map-points.js'
import { MAPS, PLACE } from './map-query.js'
import { COLOURS, type MapSettings, readMapSettings, writeMapSettings } from './map-settings.js'
import { useColours } from './use-colours.js'
import { useMap } from './use-map.js'

const LISTED = 20
const NO_NODES = [] as const

/** Each dataset has a page of its own, so that nothing of the dataset before is shown. */
export function MapPage({ name = '' }: { name?: string }) {
  return <MapView key={name} name={name} />
}

function MapView({ name }: { name: string }) {
  const { query, path, route } = useLocation()
  const settings = useMemo(() => readMapSettings(query), [query])
  const { map, colour, find } = settings
  const state = useMap(name, map)
  const { data } = state
  const nodes = data?.nodes ?? NO_NODES
  const points = useMemo(() => fitPoints(nodes), [nodes])
  const colours = useColours(nodes, colour)
  const place = useQuery(
    PLACE,
    { name, version: data?.surrogate?.version ?? 0, expression: find, features: MAPS[map].features },
    { isPaused: find === '' || !data?.surrogate },
  )
  const [pointed, setPointed] = useState<number | null>(null)
  const [hasWebgl, setHasWebgl] = useState(true)
  const [text, setText] = useState(find)
  const set = (next: Partial<MapSettings>) => route(writeMapSettings(path, { ...settings, ...next }), true)

  const clear = () => {
    setText('')
    set({ find: '' })
  }

  const found = find === '' || place.isLoading ? null : (place.data?.activation ?? null)
  const index = useMemo(
    () => (found === null ? -1 : nodes.findIndex(({ expression }) => expression === found.expression)),
    [nodes, found],
  )
  const mark = useMemo(() => {
    if (found === null || nodes.length === 0) return null
    if (index >= 0) return [points.places[2 * index], points.places[2 * index + 1]] as const
    const position = place.data?.dataset?.surrogate?.prediction.position
    return position ? points.fit([position.x, position.y]) : null
  }, [found, place.data, points, nodes, index])
  const listed = useMemo(() => {
    const highest = () =>
      takeFirst(
        Float64Array.from(nodes, (node) => -(colour.read(node) ?? Number.NaN)),
        LISTED,
      )
    const near = mark === null ? highest() : listNearest(points, mark, LISTED + 1).filter((each) => each !== index)
    return near.slice(0, LISTED)
  }, [points, nodes, mark, index, colour])

  const isUnknown = state.error instanceof ApiError && state.error.code === 'NOT_FOUND'
  const maps = data?.hasSpectra ? (['both', 'outputs', 'spectra'] as const) : []
  return (
    <>
      <section>
        <PageTitle title={`Map of ${data?.title ?? name}`} />
        <p class="subtitle">
          Functions that are close to each other behave alike. <a href={`/datasets/${name}`}>Leaderboard</a>
        </p>
        <QueryStatus state={state} />
        {isUnknown && <a href="/">All datasets</a>}
        {data && data.nodes.length === 0 && map !== 'both' && (
          <p class="notice" role="status">
            This map does not exist: {MAPS[map].title.toLowerCase()}. The next fit may make it.{' '}
            <a href={writeMapSettings(path, { ...settings, map: 'both' })}>The other map</a>
          </p>
        )}
        {data && data.nodes.length === 0 && map === 'both' && (
          <p class="notice" role="status">
            {data.surrogate === null
              ? 'This dataset has no surrogate that is ready, so it has no map yet.'
              : 'No surrogate of this dataset has made a map yet.'}{' '}
            The map will appear here after a fit.
          </p>
        )}
      </section>
      {data && data.nodes.length > 0 && (
        <section class="map" aria-label="Map">
          <ExpressionField
            label="Where is my function?"
            text={text}
            onText={setText}
            onSubmit={(expression) => set({ find: expression })}
            submitLabel="Show it"
          />
          {find !== '' && <FoundPlace state={place} hasPlace={mark !== null} onClear={clear} />}
          <div class="map-controls">
            {maps.length > 0 && (
              <fieldset class="choices" aria-label="Close by">
                {maps.map((each) => (
                  <button key={each} type="button" aria-pressed={each === map} onClick={() => set({ map: each })}>
                    {MAPS[each].title}
                  </button>
                ))}
              </fieldset>
            )}
            <label class="inline">
              Colour{' '}
              <select
                value={colour.name}
                onChange={({ currentTarget }) =>
                  set({ colour: COLOURS.find((each) => each.name === currentTarget.value) ?? COLOURS[0] })
                }
              >
                {COLOURS.map((each) => (
                  <option key={each.name} value={each.name}>
                    {each.title}
                  </option>
                ))}
              </select>
            </label>
            <MapLegend title={colour.title} scale={colours.scale} missing={colours.missing} />
          </div>
          {!hasWebgl && (
            <p class="notice" role="status">
              This browser has no WebGL, which draws the map. The list below has the same functions.
            </p>
          )}
          {hasWebgl && (
            <MapCanvas
              points={points}
              colours={colours.bytes}
              order={colours.order}
              pointed={pointed}
              mark={mark}
              label={`Map of ${formatCount(nodes.length)} functions, coloured by ${colour.title.toLowerCase()}. The list below is for the keyboard.`}
              onOpen={(expression) => route(functionAddress(expression))}
              onNoWebgl={() => setHasWebgl(false)}
            />
          )}
          <p class="quiet small map-count" role="status">
            {`${formatCount(data.nodes.length)} of ${formatCount(data.total)} functions, surrogate ${data.surrogate?.version}. `}
            {data.cursor !== null && (
              <button type="button" disabled={state.isLoading} onClick={state.loadRest}>
                Load the others
              </button>
            )}
          </p>
          <h2>{mark === null ? `Highest: ${colour.title.toLowerCase()}` : 'Nearest functions'}</h2>
          <FunctionList nodes={nodes} indices={listed} onPoint={setPointed} />
        </section>
      )}
    </>
  )
}
