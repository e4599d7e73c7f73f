import { Curve } from '../../components/curve.js'
import { ExpressionText } from '../../components/expression-text.js'
import type { Metric } from '../../language/metrics.js'
import { formatCount, formatNumber, formatPercent } from '../../language/numbers.js'
import { functionAddress } from '../../language/read-expression.js'
import type { Row } from './leaderboard.js'
import { type Scale, ValueStrip } from './value-strip.js'

interface LeaderboardRowProps {
  readonly row: Row
  readonly index: number
  readonly isTied: boolean
  readonly metric: Metric
  readonly noise: number | null
  readonly scale: Scale
  readonly isFound: boolean
}

export function LeaderboardRow({ row, index, isTied, metric, noise, scale, isFound }: LeaderboardRowProps) {
  const { details, expression } = row
  const value = row[metric.field]
  const spread = details.standardDeviation
  const interval = details.rankInterval
  const name = details.activation.names[0]
  const format = (share: number | null) =>
    metric.isShare || share === null ? formatPercent(share, noise) : formatNumber(share)
  return (
    <tr aria-rowindex={index + 2} class={`${isFound ? 'found' : ''} ${row.isNew ? 'new' : ''}`}>
      <td class="number rank">
        {details.rank === null ? '–' : formatCount(details.rank)}
        {isTied && <abbr title="Others have the same value">=</abbr>}
        {details.tieGroup !== null && (
          <span class="quiet tie-group" title="The runs do not tell the functions of a group from the best of it">
            group {formatCount(details.tieGroup)}
          </span>
        )}
      </td>
      <td class="wide quiet interval">
        {interval ? `${formatCount(interval.best)}–${formatCount(interval.worst)}` : ''}
      </td>
      <td>
        <a class="function" href={functionAddress(expression)}>
          <Curve expression={expression} width={56} height={32} />
          <span>
            <ExpressionText text={expression} />
            {name && <span class="quiet">{name}</span>}
          </span>
        </a>
      </td>
      <td class="number">
        <strong>{format(value)}</strong>
        {spread !== null && <span class="quiet spread">±{format(spread)}</span>}
      </td>
      <td class="wide">
        {metric.name === 'VALIDATION_ACCURACY' && value !== null && (
          <ValueStrip scale={scale} value={value} spread={spread} prediction={details.prediction} />
        )}
      </td>
      <td class="number wide quiet">{formatPercent(details.prediction?.mean, noise)}</td>
      <td class="number wide quiet">{details.runCount || ''}</td>
    </tr>
  )
}
