import { formatCount, formatPercent } from '../../language/numbers.js'
import type { DatasetDetails } from './dataset-query.js'
import type { Scale } from './value-strip.js'

interface OperatorGroupsProps {
  readonly groups: DatasetDetails['groups']
  readonly scale: Scale
  /** The address of the table with only the functions that have an operator. */
  addressOf(operator: string): string
}

/** A median of fewer functions says little. */
const FEW = 5
const WIDTH = 200
const HEIGHT = 12

/** How functions with each operator did: median, quartiles and the best. */
export function OperatorGroups({ groups, scale: [low, high], addressOf }: OperatorGroupsProps) {
  const common = groups.filter(({ statistics }) => statistics.count >= FEW)
  const shown = common.length > 0 ? common : groups
  const toX = (share: number) => ((Math.max(low, Math.min(high, share)) - low) / (high - low || 1)) * WIDTH
  return (
    <ul class="groups">
      {shown.map(({ key, statistics: { count, quartiles, maximum } }) => (
        <li key={key}>
          <a href={addressOf(key)}>
            <code>{key}</code>
          </a>
          {quartiles.length === 3 && (
            <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
              <path class="base" d={`M0 ${HEIGHT / 2}H${WIDTH}`} />
              <rect
                x={toX(quartiles[0])}
                y={2}
                width={Math.max(1, toX(quartiles[2]) - toX(quartiles[0]))}
                height={HEIGHT - 4}
              />
              <path class="median" d={`M${toX(quartiles[1])} 0V${HEIGHT}`} />
              {maximum !== null && <path class="best" d={`M${toX(maximum)} 1V${HEIGHT - 1}`} />}
            </svg>
          )}
          <span class="number">{formatPercent(quartiles[1])}%</span>
          <span class="number quiet">{formatCount(count)}</span>
        </li>
      ))}
    </ul>
  )
}
