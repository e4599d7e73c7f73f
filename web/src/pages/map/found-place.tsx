import type { ResultOf } from '../../api/graphql.js'
import type { QueryState } from '../../api/use-query.js'
import { QueryStatus } from '../../components/query-status.js'
import { functionAddress } from '../../language/read-expression.js'
import { describeNode } from './function-list.js'
import type { PLACE } from './map-query.js'

interface FoundPlaceProps {
  readonly state: QueryState<ResultOf<typeof PLACE>>
  readonly hasPlace: boolean
  onClear(): void
}

/** What is known of the highlighted function. */
export function FoundPlace({ state, hasPlace, onClear }: FoundPlaceProps) {
  const activation = state.data?.activation
  if (!activation) return <QueryStatus state={state} />
  const { expression, names } = activation
  const prediction = state.data?.dataset?.surrogate?.prediction
  return (
    <p class="found-function" role="status">
      <a href={functionAddress(expression)}>
        <code>{expression}</code>
      </a>
      {names[0] && ` (${names[0]})`}:{' '}
      {prediction
        ? describeNode({
            validationAccuracy: prediction.measured,
            predictedMean: prediction.mean,
            predictedStandardDeviation: prediction.standardDeviation,
          })
        : 'not predicted'}
      . {hasPlace ? 'The ring shows its place.' : 'It has no place on this map.'}{' '}
      <button type="button" class="small" onClick={onClear}>
        Remove
      </button>
    </p>
  )
}
