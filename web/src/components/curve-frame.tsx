import type { ComponentChildren } from 'preact'
import { formatNumber } from '../language/numbers.js'
import { chooseTicks } from '../language/ticks.js'

/** Number of points of a curve. */
export const CURVE_POINTS = 801
const MARGIN = { left: 36, right: 8, top: 8, bottom: 24 }
/** Share of the range that stays free above and below. */
const PADDING = 0.06

export interface Size {
  readonly width: number
  readonly height: number
}

interface CurveFrameProps extends Size {
  /** The frame reaches from minus this number to this number. */
  readonly reach: number
  /** The lowest and the highest value. */
  readonly range: readonly [number, number]
  readonly label: string
  /** About how many marks the axis of x has. */
  readonly ticks?: number
  /** The paths, for a box of this size. */
  children(box: Size): ComponentChildren
}

/** A picture with axes and a grid, in which curves of functions are drawn. */
export function CurveFrame({ width, height, reach, range, label, ticks = 10, children }: CurveFrameProps) {
  const box = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom }
  const toX = (x: number) => ((x + reach) / (2 * reach)) * box.width
  const toY = (y: number) => box.height - ((y - range[0]) / (range[1] - range[0])) * box.height
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
        {chooseTicks(-reach, reach, ticks).map((x) => (
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
          {children(box)}
        </svg>
      </g>
    </svg>
  )
}

/** A range with some space above and below. */
export function padRange([low, high]: readonly [number, number]): readonly [number, number] {
  const padding = (high - low) * PADDING
  return [low - padding, high + padding]
}
