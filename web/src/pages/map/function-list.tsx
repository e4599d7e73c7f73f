import { Curve } from '../../components/curve.js'
import { ExpressionText } from '../../components/expression-text.js'
import { formatPercent } from '../../language/numbers.js'
import { functionAddress } from '../../language/read-expression.js'
import type { MapNode } from './map-query.js'

interface FunctionListProps {
  readonly nodes: readonly MapNode[]
  readonly indices: readonly number[]
  /** Shows a function on the map, or none. */
  onPoint(index: number | null): void
}

/** Functions of the map as a list, for those who use no pointer or see no picture. */
export function FunctionList({ nodes, indices, onPoint }: FunctionListProps) {
  return (
    <ol class="map-list">
      {indices.map((index) => {
        const { expression } = nodes[index]
        return (
          <li key={expression}>
            <a
              class="function"
              href={functionAddress(expression)}
              onFocus={() => onPoint(index)}
              onBlur={() => onPoint(null)}
              onMouseEnter={() => onPoint(index)}
              onMouseLeave={() => onPoint(null)}
            >
              <Curve expression={expression} width={48} height={28} />
              <span>
                <ExpressionText text={expression} />
                <span class="quiet">{describeNode(nodes[index])}</span>
              </span>
            </a>
          </li>
        )
      })}
    </ol>
  )
}

/** What is known of a function, in words. */
export function describeNode({
  validationAccuracy,
  predictedMean,
  predictedStandardDeviation: spread,
}: Pick<MapNode, 'validationAccuracy' | 'predictedMean' | 'predictedStandardDeviation'>): string {
  const parts = [
    validationAccuracy !== null && `measured ${formatPercent(validationAccuracy)}%`,
    predictedMean !== null &&
      `predicted ${formatPercent(predictedMean, spread)}%${spread === null ? '' : ` ± ${formatPercent(spread, spread)}`}`,
  ]
  return parts.filter(Boolean).join(', ') || 'not measured'
}
