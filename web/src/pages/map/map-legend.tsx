import { formatPercent } from '../../language/numbers.js'
import type { ColourScale } from './colour-scale.js'

const STEPS = 24

interface MapLegendProps {
  readonly title: string
  readonly scale: ColourScale | null
  /** How many points have no value. */
  readonly missing: number
}

/** What the colours of the points mean. */
export function MapLegend({ title, scale, missing }: MapLegendProps) {
  if (scale === null) return <p class="quiet small">No function has a value: {title.toLowerCase()}.</p>
  const { low, high, outside, colourOf } = scale
  const steps = Array.from({ length: STEPS }, (_, index) => low + ((high - low) * index) / (STEPS - 1))
  return (
    <figure class="map-legend">
      <figcaption>{title}, %</figcaption>
      <svg viewBox={`0 0 ${STEPS} 1`} preserveAspectRatio="none" aria-hidden="true">
        {steps.map((value, index) => (
          <rect key={index} x={index} width={1.02} height={1} fill={`rgb(${colourOf(value).join()})`} />
        ))}
      </svg>
      <p>
        <span>
          {outside > 0 && '≤ '}
          {formatPercent(low)}
        </span>
        <span>
          {outside > 0 && '≥ '}
          {formatPercent(high)}
        </span>
      </p>
      {missing > 0 && (
        <p class="missing">
          <span>
            <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
              <circle cx="5" cy="5" r="4" />
            </svg>{' '}
            not known ({missing})
          </span>
        </p>
      )}
    </figure>
  )
}
