import { FunctionLink } from '../../components/function-link.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import { errorOf, type Part, type PredictedFunction } from './calibration.js'

interface PartTableProps {
  readonly titleId: string
  readonly title: string
  readonly parts: readonly Part[]
  readonly hasRange?: boolean
}

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
          {parts.map(({ name, functions, lowest, highest, coverage, meanAbsoluteError, bias }) => (
            <tr key={name}>
              <th scope="row">{hasRange ? name : <code>{name}</code>}</th>
              {hasRange && (
                <td>
                  {formatPercent(lowest)} to {formatPercent(highest)}
                </td>
              )}
              <td class="number">{formatCount(functions)}</td>
              <td class="number">{coverage === null ? '–' : (100 * coverage).toFixed(1)}</td>
              <td class="number">{formatPercent(meanAbsoluteError)}</td>
              <td class="number">{formatPercent(bias)}</td>
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
