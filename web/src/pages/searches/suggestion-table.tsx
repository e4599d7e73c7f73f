import { FunctionLink } from '../../components/function-link.js'
import { RelativeTime } from '../../components/relative-time.js'
import { WideTable } from '../../components/wide-table.js'
import { formatPercent } from '../../language/numbers.js'
import type { SuggestedFunction } from './search-query.js'
import { SUGGESTION_STATES } from './search-words.js'

/** Who evaluates which function, and until when. */
export function LeaseTable({ suggestions }: { suggestions: readonly SuggestedFunction[] }) {
  return (
    <WideTable title={{ id: 'leases-title' }} columns={['Function', 'Who', 'Until', 'Progress']} kind="leases">
      {suggestions.map(({ id, expression, worker, leaseExpiresAt, trainingJob }) => (
        <tr key={id}>
          <th scope="row">
            <FunctionLink expression={expression} />
          </th>
          <td>{trainingJob ? 'this service' : (worker ?? 'a client')}</td>
          <td>{leaseExpiresAt ? <RelativeTime time={leaseExpiresAt} /> : 'it is trained'}</td>
          <td class="reason">{trainingJob && (trainingJob.waitingFor ?? <Progress value={trainingJob.progress} />)}</td>
        </tr>
      ))}
    </WideTable>
  )
}

function Progress({ value }: { value: number }) {
  return (
    <>
      <progress class="short" value={value} max={1} aria-label="Progress of the training" /> {Math.round(100 * value)}%
    </>
  )
}

/** The suggestions of a search, newest first. */
export function SuggestionTable({ suggestions }: { suggestions: readonly SuggestedFunction[] }) {
  return (
    <WideTable
      title={{ id: 'suggestions-title' }}
      columns={['Function', 'State', { numeric: 'Measured, %' }, { numeric: 'Predicted, %' }]}
      tableKind="suggested"
    >
      {[...suggestions].reverse().map(({ id, expression, state, validationAccuracy, predicted, failure }) => (
        <tr key={id}>
          <th scope="row">
            <FunctionLink expression={expression} />
          </th>
          <td class="reason">
            <span class="state" data-state={state}>
              {SUGGESTION_STATES[state]}
            </span>
            {failure && <span class="quiet"> {failure}</span>}
          </td>
          <td class="number">
            <strong>{formatPercent(validationAccuracy)}</strong>
          </td>
          <td class="number second-text">
            {formatPercent(predicted?.mean, predicted?.standardDeviation)}
            {predicted?.standardDeviation != null &&
              ` ±${formatPercent(predicted.standardDeviation, predicted.standardDeviation)}`}
          </td>
        </tr>
      ))}
    </WideTable>
  )
}
