import { FunctionLink } from '../../components/function-link.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import { errorOf, type PredictedFunction } from './calibration.js'
import type { Part } from './surrogate-query.js'

interface PartTableProps {
  readonly titleId: string
  readonly title: string
  readonly parts: readonly Part[]
  readonly hasRange?: boolean
}

const QUARTERS = ['Lowest quarter', 'Second quarter', 'Third quarter', 'Highest quarter']

/** How far off the predictions of some groups of functions are. */
export function PartTable({ titleId, title, parts, hasRange = false }: PartTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than a phone scrolls, also with the keyboard.
    <section class="wide-table" tabIndex={0} aria-labelledby={titleId}>
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {hasRange && <th scope="col">Predicted, %</th>}
            <th scope="col" class="number">
              Functions
            </th>
            <th scope="col" class="number">
              Inside the 90% interval, %
            </th>
            <th scope="col" class="number">
              Mean error, points
            </th>
            <th scope="col" class="number">
              Too high by, points
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part, index) => (
            <tr key={part.operator ?? index}>
              <th scope="row">{part.operator === null ? QUARTERS[index] : <code>{part.operator}</code>}</th>
              {hasRange && (
                <td>
                  {formatPercent(part.lowestPrediction)} to {formatPercent(part.highestPrediction)}
                </td>
              )}
              <td class="number">{formatCount(part.functions)}</td>
              <td class="number">{part.intervalCoverage === null ? '–' : (100 * part.intervalCoverage).toFixed(1)}</td>
              <td class="number">{formatPercent(part.meanAbsoluteError)}</td>
              <td class="number">{formatPercent(part.bias)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The functions that the surrogate predicts worst. */
export function WorstTable({ functions }: { functions: readonly PredictedFunction[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that is wider than a phone scrolls, also with the keyboard.
    <section class="wide-table worst" tabIndex={0} aria-labelledby="worst-title">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col" class="number">
              Measured, %
            </th>
            <th scope="col" class="number">
              Predicted, %
            </th>
            <th scope="col" class="number">
              Too high by, points
            </th>
          </tr>
        </thead>
        <tbody>
          {functions.map((each) => (
            <tr key={each.expression}>
              <th scope="row">
                <FunctionLink expression={each.expression} />
              </th>
              <td class="number">{formatPercent(each.measured)}</td>
              <td class="number second-text">
                {formatPercent(each.mean)}
                {each.standardDeviation !== null && ` ±${formatPercent(each.standardDeviation)}`}
              </td>
              <td class="number">
                <strong>{formatPercent(errorOf(each))}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
