import { WideTable } from '../../components/wide-table.js'
import { formatCount, formatPercent } from '../../language/numbers.js'
import type { FunctionDetails, PredictedDataset } from './function-query.js'

interface FunctionResultsProps {
  readonly expression: string
  readonly evaluations: FunctionDetails['evaluations']
  readonly predicted: readonly PredictedDataset[]
}

/**
 * How the function did in each dataset, and its prediction there. "Likely" is the estimate of its true accuracy between the two,
 * with the interval: the best of many measurements are partly lucky.
 */
export function FunctionResults({ expression, evaluations, predicted }: FunctionResultsProps) {
  const listed = new Set(predicted.map(({ name }) => name))
  const rows = [
    ...predicted.map(({ name, title, surrogate, evaluation }) => ({
      ...{ name, title, prediction: surrogate?.prediction ?? null, likely: evaluation?.shrunk ?? null },
      evaluation: evaluations.find((each) => each.dataset.name === name),
    })),
    // Predictions are asked for the first datasets only, and may be late.
    ...evaluations
      .filter(({ dataset }) => !listed.has(dataset.name))
      .map((evaluation) => ({ ...evaluation.dataset, prediction: null, likely: null, evaluation })),
  ]
  return (
    <WideTable
      title={{ id: 'results-title' }}
      columns={[
        'Dataset',
        { numeric: 'Rank' },
        { numeric: 'Plausible ranks' },
        { numeric: 'Validation, %' },
        { numeric: 'Likely, %' },
        { numeric: 'Test, %' },
        { numeric: 'Predicted, %' },
        { numeric: 'Runs' },
      ]}
    >
      {rows.map(({ name, title, prediction, likely, evaluation }) => (
        <tr key={name}>
          <th scope="row">
            <a href={`/datasets/${name}?find=${encodeURIComponent(expression)}`}>{title}</a>
          </th>
          {evaluation ? (
            <>
              <td class="number">
                <strong>{evaluation.rank === null ? '–' : formatCount(evaluation.rank)}</strong>
                <span class="quiet"> of {formatCount(evaluation.dataset.evaluationCount)}</span>
              </td>
              <td class="number quiet">
                {evaluation.rankInterval &&
                  `${formatCount(evaluation.rankInterval.best)}–${formatCount(evaluation.rankInterval.worst)}`}
              </td>
              <td class="number">
                <strong>{formatPercent(evaluation.validationAccuracy, evaluation.standardDeviation)}</strong>
                {evaluation.standardDeviation !== null && (
                  <span class="quiet">
                    {' '}
                    ±{formatPercent(evaluation.standardDeviation, evaluation.standardDeviation)}
                  </span>
                )}
              </td>
              <td class="number likely">
                {formatPercent(likely?.value)}
                {likely?.lowest != null && likely.highest !== null && (
                  <span class="quiet">
                    {' '}
                    {formatPercent(likely.lowest)}–{formatPercent(likely.highest)}
                  </span>
                )}
              </td>
              <td class="number">{formatPercent(evaluation.testAccuracy)}</td>
            </>
          ) : (
            <td class="quiet number" colSpan={5}>
              not measured
            </td>
          )}
          <td class="number second-text">
            {formatPercent(prediction?.mean, prediction?.standardDeviation)}
            {prediction?.standardDeviation != null &&
              ` ±${formatPercent(prediction.standardDeviation, prediction.standardDeviation)}`}
          </td>
          <td class="number quiet">{evaluation?.runCount || ''}</td>
        </tr>
      ))}
    </WideTable>
  )
}
