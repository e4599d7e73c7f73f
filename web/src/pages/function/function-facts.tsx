import { formatNumber } from '../../language/numbers.js'
import type { FunctionDetails } from './function-query.js'
import { Spellings } from './spellings.js'

const PROPERTIES = [
  { field: 'isEven', code: 'IS_EVEN', yes: 'even', no: 'not even' },
  { field: 'isOdd', code: 'IS_ODD', yes: 'odd', no: 'not odd' },
  { field: 'isMonotone', code: 'IS_MONOTONE', yes: 'monotone', no: 'not monotone' },
  { field: 'isBounded', code: 'IS_BOUNDED', yes: 'bounded', no: 'not bounded' },
  { field: 'isSmooth', code: 'IS_SMOOTH', yes: 'smooth', no: 'with kinks or jumps' },
] as const

/** What is known of the function itself. */
export function FunctionFacts({ activation }: { activation: FunctionDetails }) {
  const { properties, depth, operators, parameters } = activation
  const numbers = [
    ['Value at 0', properties.valueAtZero],
    ['Slope at 0', properties.derivativeAtZero],
    ['Slope far left', properties.leftSlope],
    ['Slope far right', properties.rightSlope],
    ['Turning points', properties.turningPoints],
    ['Mean for normal input', activation.gaussianMean],
    ['Deviation for normal input', activation.gaussianStandardDeviation],
    ['Depth', depth],
  ] as const
  return (
    <>
      <ul class="properties">
        {PROPERTIES.map(({ field, code, yes, no }) => (
          <li key={field} class={properties[field] ? 'holds' : ''}>
            {properties[field] ? yes : no}
            {properties.sampled.includes(code) && <abbr title="decided by samples, not proven"> (by samples)</abbr>}
          </li>
        ))}
      </ul>
      <dl class="facts compact">
        {numbers.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value === null ? 'none' : formatNumber(value)}</dd>
          </div>
        ))}
        <div>
          <dt>Operators</dt>
          <dd>
            <code>{operators.join(', ') || 'none'}</code>
          </dd>
        </div>
        {parameters.length > 0 && (
          <div>
            <dt>Learnable parameters start at</dt>
            <dd>{parameters.map((value) => formatNumber(value)).join(', ')}</dd>
          </div>
        )}
      </dl>
      <Spellings activation={activation} />
    </>
  )
}
