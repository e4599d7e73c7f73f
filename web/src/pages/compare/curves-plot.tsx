import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { chooseRange, drawPath, samplePoints } from '../../language/curve-points.js'
import { formatNumber } from '../../language/numbers.js'
import { chooseTicks } from '../../language/ticks.js'

const POINTS = 801
const START_WIDTH = 720
const [LEAST_HEIGHT, MOST_HEIGHT] = [260, 420]
const MARGIN = { left: 36, right: 8, top: 8, bottom: 24 }
/** Share of the range that stays free above and below. */
const PADDING = 0.06

/** The curves of some functions over one another. Lines differ by colour and by dashes. */
export function CurvesPlot({ expressions, reach }: { expressions: readonly (string | null)[]; reach: number }) {
  const place = useRef<HTMLElement>(null)
  // Texts have the same size in a narrow plot as in a wide one.
  const width = useWidth(place)
  const height = Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, width / 2))
  const box = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom }
  const { curves, range } = useMemo(() => {
    const sampled = expressions.map((each) => (each === null ? null : samplePoints(each, -reach, reach, POINTS)))
    const known = sampled.filter((each) => each !== null)
    const [low, high] = chooseRange(known, reach)
    return { curves: sampled, range: [low - (high - low) * PADDING, high + (high - low) * PADDING] as const }
  }, [expressions.join(' '), reach])
  const toX = (x: number) => ((x + reach) / (2 * reach)) * box.width
  const toY = (y: number) => box.height - ((y - range[0]) / (range[1] - range[0])) * box.height
  const names = expressions.filter((each) => each !== null).join(', ')
  return (
    <figure class="plot curves" ref={place}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Curves of ${names}`}>
        <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
          {chooseTicks(-reach, reach, width < 480 ? 5 : 10).map((x) => (
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
            {curves.map(
              (curve, index) =>
                curve && <path key={index} class={`line kind-${index}`} d={drawPath(curve, range, box)} />,
            )}
          </svg>
        </g>
      </svg>
    </figure>
  )
}

/** The width of an element, also after it changed. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(START_WIDTH)
  useEffect(() => {
    if (element.current === null) return
    const observer = new ResizeObserver(([{ contentRect }]) => setWidth(Math.max(200, Math.round(contentRect.width))))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return width
}
