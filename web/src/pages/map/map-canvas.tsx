import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Curve } from '../../components/curve.js'
import { ExpressionText } from '../../components/expression-text.js'
import { describeNode } from './function-list.js'
import { type MapPoints, PointGrid } from './map-points.js'
import { useCamera } from './use-camera.js'
import { useRenderer } from './use-renderer.js'

interface MapCanvasProps {
  readonly points: MapPoints
  /** Four bytes of a colour for each node. */
  readonly colours: Uint8Array
  /** The order in which the nodes are drawn. */
  readonly order: Uint32Array
  /** A function from outside the picture, such as that of a list. */
  readonly pointed: number | null
  /** The place of the highlighted function. */
  readonly mark: readonly [x: number, y: number] | null
  readonly label: string
  onOpen(expression: string): void
  onNoWebgl(): void
}

const REACH_PIXELS = 14
/** A pointer that moved further drags the map. */
const CLICK_PIXELS = 5

/** The picture of the map: points by WebGL, and over them the marks and the description of a point. */
export function MapCanvas(props: MapCanvasProps) {
  const { points, colours, order, pointed, mark, label, onOpen, onNoWebgl } = props
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const { camera, size, zoom, move, reset, toPixels, toPlace } = useCamera(box)
  const [hovered, setHovered] = useState<number | null>(null)
  const grid = useMemo(() => new PointGrid(points.places), [points])
  useRenderer(canvas, { points, colours, order, camera, size, onNoWebgl })
  useEffect(() => setHovered(null), [points])
  const shown = hovered ?? pointed

  const press = useRef<{ x: number; y: number; moved: number } | null>(null)
  const find = (event: PointerEvent) => {
    const { x, y, unit } = toPlace(event)
    return grid.find(x, y, REACH_PIXELS / unit)
  }
  const pointerMove = (event: PointerEvent) => {
    const before = press.current
    if (before === null) return setHovered(find(event))
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y]
    before.moved += Math.abs(dx) + Math.abs(dy)
    Object.assign(before, { x: event.clientX, y: event.clientY })
    if (before.moved > CLICK_PIXELS) move(dx, dy)
  }
  const pointerUp = (event: PointerEvent) => {
    const isClick = press.current !== null && press.current.moved <= CLICK_PIXELS
    press.current = null
    if (!isClick) return
    const found = find(event)
    // A finger shows first what it would open.
    if (found !== null && (event.pointerType === 'mouse' || found === hovered)) onOpen(points.nodes[found].expression)
    else setHovered(found)
  }
  return (
    <div class="map-box">
      <div
        ref={box}
        class="map-picture"
        data-hovers={hovered !== null}
        onPointerDown={(event) => {
          press.current = { x: event.clientX, y: event.clientY, moved: 0 }
          if (event.pointerType === 'mouse') event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerMove={pointerMove}
        onPointerUp={pointerUp}
        onPointerCancel={() => {
          press.current = null
        }}
        onPointerLeave={({ pointerType }) => {
          if (pointerType === 'mouse') setHovered(null)
        }}
      >
        <canvas ref={canvas} role="img" aria-label={label} />
        {mark !== null && <Mark at={toPixels(mark)} kind="found" />}
        {shown !== null && points.nodes[shown] && (
          <>
            <Mark at={toPixels([points.places[2 * shown], points.places[2 * shown + 1]])} kind="shown" />
            <Tip
              at={toPixels([points.places[2 * shown], points.places[2 * shown + 1]])}
              width={size.width}
              node={points.nodes[shown]}
            />
          </>
        )}
      </div>
      <fieldset class="choices map-zoom" aria-label="Part of the map">
        <button type="button" aria-label="Larger" onClick={() => zoom(1.6)}>
          +
        </button>
        <button type="button" aria-label="Smaller" onClick={() => zoom(1 / 1.6)}>
          −
        </button>
        <button type="button" onClick={reset}>
          All
        </button>
      </fieldset>
    </div>
  )
}

function Mark({ at: [x, y], kind }: { at: readonly [number, number]; kind: string }) {
  return <span class={`map-mark ${kind}`} style={{ '--x': `${x}px`, '--y': `${y}px` }} aria-hidden="true" />
}

/** The curve and the values of a point. */
function Tip({
  at: [x, y],
  width,
  node,
}: {
  at: readonly [number, number]
  width: number
  node: MapPoints['nodes'][number]
}) {
  const [isRight, isLow] = [x > width / 2, y < 150]
  return (
    <div class="map-tip" data-right={isRight} data-low={isLow} style={{ '--x': `${x}px`, '--y': `${y}px` }}>
      <Curve expression={node.expression} width={144} height={72} />
      <ExpressionText text={node.expression} />
      <p class="quiet small">{describeNode(node)}</p>
    </div>
  )
}
