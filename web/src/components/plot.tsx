import { useMemo } from 'preact/hooks'
import { chooseRange, drawPath, sampleDerivative, samplePoints } from '../language/curve-points.js'
import { formatNumber } from '../language/numbers.js'
import { chooseTicks } from '../language/ticks.js'

interface PlotProps {
  readonly expression: string
  /** The curve is drawn from minus this number to this number. */
  readonly reach?: number
  readonly width?: number
  readonly height?: number
}

const POINTS = 801
const MARGIN = { left: 36, right: 8, top: 8, bottom: 24 }
/** Share of the range that stays free above and below. */
const PADDING = 0.06

/** A function and its derivative in a frame with axes. */
export function Plot({ expression, reach = 5, width = 480, height = 300 }: PlotProps) {
  const box = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom }
  const { curve, slope, range } = useMemo(() => sample(expression, reach), [expression, reach])
  const toX = (x: number) => ((x + reach) / (2 * reach)) * box.width
  const toY = (y: number) => box.height - ((y - range[0]) / (range[1] - range[0])) * box.height
  return (
    <figure class="plot">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Curve of ${expression} and of its derivative`}>
        <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
          {chooseTicks(-reach, reach, 10).map((x) => (
            <g key={x} transform={`translate(${toX(x)} 0)`}>
              <line class={x === 0 ? 'axis' : 'grid'} y2={box.height} />
              <text class="tick" y={box.height + 16} text-anchor="middle">
                {formatNumber(x)}
              </text>
            </g>
          ))}
          {chooseTicks(range[0], range[1], 6).map((y) => (
            <g key={y} transform={`translate(0 ${toY(y)})`}>
              <line class={y === 0 ? 'axis' : 'grid'} x2={box.width} />
              <text class="tick" x={-8} dy="0.32em" text-anchor="end">
                {formatNumber(y)}
              </text>
            </g>
          ))}
          <svg width={box.width} height={box.height} aria-hidden="true">
            <path class="line second" d={drawPath(slope, range, box)} />
            <path class="line" d={drawPath(curve, range, box)} />
          </svg>
        </g>
      </svg>
      <figcaption>
        <code class="first">{expression}</code> <span class="second">its derivative</span>
      </figcaption>
    </figure>
  )
}

function sample(expression: string, reach: number) {
  const curve = samplePoints(expression, -reach, reach, POINTS)
  const slope = sampleDerivative(expression, -reach, reach, POINTS)
  const [low, high] = chooseRange([curve, slope], reach)
  const padding = (high - low) * PADDING
  return { curve, slope, range: [low - padding, high + padding] as const }
}
