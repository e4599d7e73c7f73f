import { useMemo } from 'preact/hooks'
import { chooseRange, drawPath, samplePoints } from '../language/curve-points.js'

/** A small picture of a function from -4 to 4, with its axes. It says nothing to a screen reader: its name is next to it. */
export function Curve({
  expression,
  width = 72,
  height = 36,
}: {
  expression: string
  width?: number
  height?: number
}) {
  const picture = useMemo(() => draw(expression, width, height), [expression, width, height])
  if (picture === null) return null
  return (
    <svg class="curve" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <path class="axis" d={picture.axes} />
      <path class="line" d={picture.path} />
    </svg>
  )
}

const FROM = -4
const TO = 4
const POINTS_PER_PIXEL = 1.5
const MAX_VALUE = 4
/** Room for the width of the line. */
const MARGIN = 2

function draw(expression: string, width: number, height: number): { path: string; axes: string } | null {
  try {
    const points = samplePoints(expression, FROM, TO, Math.round(width * POINTS_PER_PIXEL))
    const [lowest, highest] = chooseRange([points], MAX_VALUE)
    const margin = ((highest - lowest) * MARGIN) / (height - 2 * MARGIN)
    const range = [lowest - margin, highest + margin] as const
    const zero = height - ((0 - range[0]) / (range[1] - range[0])) * height
    const axes = `M${width / 2} 0V${height}${zero >= 0 && zero <= height ? `M0 ${zero.toFixed(2)}H${width}` : ''}`
    return { path: drawPath(points, range, { width, height }), axes }
  } catch {
    // The service knows an operator that these pages, from an older version, do not know.
    return null
  }
}
