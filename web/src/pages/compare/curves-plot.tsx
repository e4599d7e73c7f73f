import { useMemo } from 'preact/hooks'
import { chooseRange, drawPath, samplePoints } from '../../language/curve-points.js'
import { formatNumber } from '../../language/numbers.js'
import { chooseTicks } from '../../language/ticks.js'

const POINTS = 801
const [WIDTH, HEIGHT] = [720, 360]
const MARGIN = { left: 36, right: 8, top: 8, bottom: 24 }
const BOX = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom }
/** Share of the range that stays free above and below. */
const PADDING = 0.06

/** The curves of some functions over one another. Lines differ by colour and by dashes. */
export function CurvesPlot({ expressions, reach }: { expressions: readonly (string | null)[]; reach: number }) {
  const { curves, range } = useMemo(() => {
    const sampled = expressions.map((each) => (each === null ? null : samplePoints(each, -reach, reach, POINTS)))
    const known = sampled.filter((each) => each !== null)
    const [low, high] = chooseRange(known, reach)
    return { curves: sampled, range: [low - (high - low) * PADDING, high + (high - low) * PADDING] as const }
  }, [expressions.join(' '), reach])
  const toX = (x: number) => ((x + reach) / (2 * reach)) * BOX.width
  const toY = (y: number) => BOX.height - ((y - range[0]) / (range[1] - range[0])) * BOX.height
  const names = expressions.filter((each) => each !== null).join(', ')
  return (
    <figure class="plot">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Curves of ${names}`}>
        <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
          {chooseTicks(-reach, reach, 10).map((x) => (
            <g key={x} transform={`translate(${toX(x)} 0)`}>
              <line class={x === 0 ? 'axis' : 'grid'} y2={BOX.height} />
              <text class="tick" y={BOX.height + 16} text-anchor="middle">
                {formatNumber(x)}
              </text>
            </g>
          ))}
          {chooseTicks(range[0], range[1], 6).map((y) => (
            <g key={y} transform={`translate(0 ${toY(y)})`}>
              <line class={y === 0 ? 'axis' : 'grid'} x2={BOX.width} />
              <text class="tick" x={-8} dy="0.32em" text-anchor="end">
                {formatNumber(y)}
              </text>
            </g>
          ))}
          <svg width={BOX.width} height={BOX.height} aria-hidden="true">
            {curves.map(
              (curve, index) =>
                curve && <path key={index} class={`line kind-${index}`} d={drawPath(curve, range, BOX)} />,
            )}
          </svg>
        </g>
      </svg>
    </figure>
  )
}
