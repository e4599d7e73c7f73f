import { useRef } from 'preact/hooks'
import { useQuery } from '../../api/use-query.js'
import { Curve } from '../../components/curve.js'
import { ExpressionText } from '../../components/expression-text.js'
import { QueryStatus } from '../../components/query-status.js'
import { useInView } from '../../components/use-in-view.js'
import { formatNumber, formatPercent } from '../../language/numbers.js'
import { functionAddress } from '../../language/read-expression.js'
import { NEIGHBOURS } from './function-query.js'

/** Stored functions whose outputs are most similar, with their measured values. */
export function Neighbours({ expression }: { expression: string }) {
  const place = useRef<HTMLElement>(null)
  const state = useQuery(NEIGHBOURS, { expression }, { isPaused: !useInView(place) })
  return (
    <section ref={place} aria-labelledby="neighbours-title">
      <h2 id="neighbours-title">Similar functions</h2>
      <QueryStatus state={state} />
      <ul class="neighbours">
        {state.data?.activation?.neighbours.map(({ distance, activation }) => (
          <li key={activation.expression}>
            <a class="function" href={functionAddress(activation.expression)}>
              <Curve expression={activation.expression} width={56} height={32} />
              <span>
                <ExpressionText text={activation.expression} />
                {activation.names[0] && <span class="quiet">{activation.names[0]}</span>}
              </span>
            </a>
            <span class="quiet small">
              distance {formatNumber(distance, 2)}
              {activation.evaluations.map(({ dataset, validationAccuracy }) => (
                <span key={dataset.name}>
                  {' · '}
                  {dataset.name} {formatPercent(validationAccuracy)}%
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
