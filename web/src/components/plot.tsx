import { useMemo } from 'preact/hooks'
import { chooseRange, drawPath, sampleDerivative, samplePoints } from '../language/curve-points.js'
import { CURVE_POINTS, CurveFrame, padRange } from './curve-frame.js'

interface PlotProps {
  readonly expression: string
  /** The curve is drawn from minus this number to this number. */
  readonly reach?: number
  readonly width?: number
  readonly height?: number
}

/** A function and its derivative in a frame with axes. */
export function Plot({ expression, reach = 5, width = 480, height = 300 }: PlotProps) {
  const { curve, slope, range } = useMemo(() => sample(expression, reach), [expression, reach])
  const label = `Curve of ${expression} and of its derivative`
  return (
    <figure class="plot">
      <CurveFrame width={width} height={height} reach={reach} range={range} label={label}>
        {(box) => (
          <>
            <path class="line second" d={drawPath(slope, range, box)} />
            <path class="line" d={drawPath(curve, range, box)} />
          </>
        )}
      </CurveFrame>
      <figcaption>
        <code class="first">{expression}</code> <span class="second">its derivative</span>
      </figcaption>
    </figure>
  )
}

function sample(expression: string, reach: number) {
  const curve = samplePoints(expression, -reach, reach, CURVE_POINTS)
  const slope = sampleDerivative(expression, -reach, reach, CURVE_POINTS)
  return { curve, slope, range: padRange(chooseRange([curve, slope], reach)) }
}
