import { FunctionLink } from '../../components/function-link.js'
import { WideTable } from '../../components/wide-table.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import { errorOf, type PredictedFunction } from './calibration.js'
import type { Part, Quarter } from './surrogate-query.js'

interface PartTableProps {
  readonly titleId: string
  readonly title: string
  readonly parts: readonly (Part | (Quarter & { readonly operator?: null }))[]
  readonly hasRange?: boolean
}

const QUARTERS = ['Lowest quarter', 'Second quarter', 'Third quarter', 'Highest quarter']

/** How far off the predictions of some groups of functions are. */
export function PartTable({ titleId, title, parts, hasRange = false }: PartTableProps) {
  return (
    <WideTable
      title={{ id: titleId }}
      columns={[
        title,
        ...(hasRange ? ['Predicted, %'] : []),
        { numeric: 'Functions' },
        { numeric: 'Inside the 90% interval, %' },
        { numeric: 'Mean error, points' },
        { numeric: 'Too high by, points' },
      ]}
    >
      {parts.map((part, index) => (
        <tr key={part.operator ?? index}>
          <th scope="row">{part.operator ? <code>{part.operator}</code> : QUARTERS[index]}</th>
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
    </WideTable>
  )
}

/** The functions that the surrogate predicts worst. */
export function WorstTable({ functions }: { functions: readonly PredictedFunction[] }) {
  return (
    <WideTable
      title={{ id: 'worst-title' }}
      columns={[
        'Function',
        { numeric: 'Measured, %' },
        { numeric: 'Predicted, %' },
        { numeric: 'Too high by, points' },
      ]}
      kind="worst"
    >
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
    </WideTable>
  )
}
