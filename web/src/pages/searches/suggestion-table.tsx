import { FunctionLink } from '../../components/function-link.js'
import { RelativeTime } from '../../components/relative-time.js'
import { formatPercent } from '../../language/numbers.js'
import type { SuggestedFunction } from './search-query.js'
import { SUGGESTION_STATES } from './search-words.js'

/** Who evaluates which function, and until when. */
export function LeaseTable({ suggestions }: { suggestions: readonly SuggestedFunction[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than a phone scrolls, also with the keyboard.
    <section class="wide-table leases" tabIndex={0} aria-labelledby="leases-title">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col">Who</th>
            <th scope="col">Until</th>
            <th scope="col">Progress</th>
          </tr>
        </thead>
        <tbody>
          {suggestions.map(({ id, expression, worker, leaseExpiresAt, trainingJob }) => (
            <tr key={id}>
              <th scope="row">
                <FunctionLink expression={expression} />
              </th>
              <td>{trainingJob ? 'this service' : (worker ?? 'a client')}</td>
              <td>{leaseExpiresAt ? <RelativeTime time={leaseExpiresAt} /> : 'it is trained'}</td>
              <td class="reason">
                {trainingJob && (trainingJob.waitingFor ?? <Progress value={trainingJob.progress} />)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
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
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than a phone scrolls, also with the keyboard.
    <section class="wide-table" tabIndex={0} aria-labelledby="suggestions-title">
      <table class="plain suggested">
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Measured, %
            </th>
            <th scope="col" class="number">
              Predicted, %
            </th>
          </tr>
        </thead>
        <tbody>
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
        </tbody>
      </table>
    </section>
  )
}
