/** The lowest and highest value of a strip. */
export type Scale = readonly [low: number, high: number]

interface ValueStripProps {
  readonly scale: Scale
  readonly value: number
  readonly spread: number | null
  readonly prediction: { readonly mean: number; readonly standardDeviation: number | null } | null
}

const WIDTH = 150
const HEIGHT = 24
const MARGIN = 5

/** A value with the spread of its runs, and the prediction, on one line. The table has the same numbers as text. */
export function ValueStrip({ scale: [low, high], value, spread, prediction }: ValueStripProps) {
  const toX = (share: number) => {
    const part = (Math.max(low, Math.min(high, share)) - low) / (high - low || 1)
    return MARGIN + part * (WIDTH - 2 * MARGIN)
  }
  const line = (middle: number, half: number, y: number) => `M${toX(middle - half)} ${y}H${toX(middle + half)}`
  return (
    <svg class="strip" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <path class="base" d={`M0 ${HEIGHT / 2}H${WIDTH}`} />
      {prediction !== null && (
        <g class="prediction">
          {prediction.standardDeviation !== null && (
            <path d={line(prediction.mean, prediction.standardDeviation, 17)} />
          )}
          <path class="mark" d={`M${toX(prediction.mean)} 13l4 4l-4 4l-4 -4z`} />
        </g>
      )}
      <g class="value">
        {spread !== null && <path d={line(value, spread, 8)} />}
        <circle cx={toX(value)} cy={8} r={3.5} />
      </g>
    </svg>
  )
}
