import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { CURVE_POINTS, CurveFrame, padRange } from '../../components/curve-frame.js'
import { chooseRange, drawPath, samplePoints } from '../../language/curve-points.js'

const START_WIDTH = 720
const [LEAST_HEIGHT, MOST_HEIGHT] = [260, 420]

/** The curves of some functions over one another. Lines differ by colour and by dashes. */
export function CurvesPlot({ expressions, reach }: { expressions: readonly (string | null)[]; reach: number }) {
  const place = useRef<HTMLElement>(null)
  // Texts have the same size in a narrow plot as in a wide one.
  const width = useWidth(place)
  const height = Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, width / 2))
  const { curves, range } = useMemo(() => {
    const sampled = expressions.map((each) => (each === null ? null : samplePoints(each, -reach, reach, CURVE_POINTS)))
    const known = sampled.filter((each) => each !== null)
    return { curves: sampled, range: padRange(chooseRange(known, reach)) }
  }, [expressions.join(' '), reach])
  const names = expressions.filter((each) => each !== null).join(', ')
  return (
    <figure class="plot curves" ref={place}>
      <CurveFrame
        width={width}
        height={height}
        reach={reach}
        range={range}
        label={`Curves of ${names}`}
        ticks={width < 480 ? 5 : 10}
      >
        {(box) =>
          curves.map(
            (curve, index) =>
              curve && <path key={index} class={`line kind-${index}`} d={drawPath(curve, range, box)} />,
          )
        }
      </CurveFrame>
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
