import { minify, type Operation } from './api/graphql.js'
import { DATASET, ROWS } from './pages/dataset/dataset-query.js'
import { BLOCK_ROWS, readSettings, toRowsVariables } from './pages/dataset/table-settings.js'
import { FUNCTION, PREDICTIONS } from './pages/function/function-query.js'
import { HOME } from './pages/home/home-query.js'
import { FIRST_POINTS, MAP, MAPS } from './pages/map/map-query.js'

interface FirstQuery {
  readonly query: string
  readonly variables: unknown
}

const FIRST_BLOCK = { offset: 0, first: BLOCK_ROWS, withDetails: true }

/**
 * What a page asks first, by its kind, for an address without choices. The build writes it as JSON. The server names these
 * queries in the head of the page, and the browser sends them while it loads the script. `$dataset` and `$expression` stand
 * for what the address names.
 */
export const FIRST_QUERIES: Readonly<Record<string, readonly FirstQuery[]>> = {
  home: [first(HOME, {})],
  dataset: [
    first(DATASET, { name: '$dataset' }),
    first(ROWS, toRowsVariables('$dataset', readSettings({}), FIRST_BLOCK)),
  ],
  map: [
    first(MAP, { name: '$dataset', first: FIRST_POINTS, after: null, features: MAPS.both.features, isFirst: true }),
  ],
  function: [first(FUNCTION, { expression: '$expression' }), first(PREDICTIONS, { expression: '$expression' })],
}

function first<Result, Variables>(operation: Operation<Result, Variables>, variables: Variables): FirstQuery {
  return { query: minify(operation as unknown as string), variables }
}
