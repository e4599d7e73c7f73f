import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { chooseTicks } from '../language/ticks.js'

export interface Axis {
  readonly range: readonly [low: number, high: number]
  readonly title: string
  format(value: number): string
}

/** Where values lie in a chart, in pixels. */
export interface Place {
  readonly width: number
  readonly height: number
  toX(value: number): number
  toY(value: number): number
}

interface ChartFrameProps {
  readonly x: Axis
  readonly y: Axis
  readonly height: number
  /** What the picture says, for people who do not see it. */
  readonly label: string
  draw(place: Place): ComponentChildren
  /** Where the pointer is, in pixels of the place. */
  onPoint?(point: readonly [x: number, y: number], place: Place): void
}

const MARGIN = { left: 52, right: 12, top: 10, bottom: 40 }
const FIRST_WIDTH = 640
const PIXELS_PER_TICK = { x: 80, y: 45 }

/** A frame with axes as wide as the page allows, so that its texts have the same size everywhere. */
export function ChartFrame({ x, y, height, label, draw, onPoint }: ChartFrameProps) {
  const figure = useRef<HTMLDivElement>(null)
  const [outer, setOuter] = useState(FIRST_WIDTH)
  useEffect(() => {
    const element = figure.current
    if (element === null) return
    const observer = new ResizeObserver(() => setOuter(element.clientWidth))
    observer.observe(element)
    setOuter(element.clientWidth)
    return () => observer.disconnect()
  }, [])
  const box = { width: Math.max(60, outer - MARGIN.left - MARGIN.right), height: height - MARGIN.top - MARGIN.bottom }
  const place: Place = {
    ...box,
    toX: (value) => ((value - x.range[0]) / (x.range[1] - x.range[0])) * box.width,
    toY: (value) => box.height - ((value - y.range[0]) / (y.range[1] - y.range[0])) * box.height,
  }
  const report = (event: PointerEvent) => {
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect()
    onPoint?.([event.clientX - left - MARGIN.left, event.clientY - top - MARGIN.top], place)
  }
  return (
    <div class="chart" ref={figure}>
      <svg
        viewBox={`0 0 ${outer} ${height}`}
        width={outer}
        height={height}
        role="img"
        aria-label={label}
        onPointerMove={report}
        onPointerDown={report}
      >
        <g transform={`translate(${MARGIN.left} ${MARGIN.top})`}>
          {chooseTicks(...x.range, Math.max(2, Math.floor(box.width / PIXELS_PER_TICK.x))).map((value) => (
            <g key={value} transform={`translate(${place.toX(value)} 0)`}>
              <line class="grid" y2={box.height} />
              <text class="tick" y={box.height + 16} text-anchor="middle">
                {x.format(value)}
              </text>
            </g>
          ))}
          {chooseTicks(...y.range, Math.max(2, Math.floor(box.height / PIXELS_PER_TICK.y))).map((value) => (
            <g key={value} transform={`translate(0 ${place.toY(value)})`}>
              <line class="grid" x2={box.width} />
              <text class="tick" x={-8} dy="0.32em" text-anchor="end">
                {y.format(value)}
              </text>
            </g>
          ))}
          <text class="tick" x={box.width} y={box.height + 34} text-anchor="end">
            {x.title}
          </text>
          <text class="tick" transform="rotate(-90)" x={0} y={-40} text-anchor="end">
            {y.title}
          </text>
          <svg width={box.width} height={box.height} aria-hidden="true">
            {draw(place)}
          </svg>
        </g>
      </svg>
    </div>
  )
}

/** Steps for which the axis is long enough even if all values are equal. */
export function widen(low: number, high: number, least: number, share = 0.06): readonly [number, number] {
  const span = Math.max(high - low, least)
  const middle = (low + high) / 2
  return [middle - span * (0.5 + share), middle + span * (0.5 + share)]
}
