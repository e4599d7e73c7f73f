import type { RefObject } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Camera } from './point-renderer.js'

const WHOLE: Camera = { scale: 1, x: 0, y: 0 }
const [SMALLEST, LARGEST] = [0.5, 200]
const WHEEL_SPEED = 0.0015

/** The part of the map that a box shows, which the wheel and `move` change. */
export function useCamera(box: RefObject<HTMLElement | null>) {
  const [camera, setCamera] = useState(WHOLE)
  const [size, setSize] = useState({ width: 0, height: 0 })
  const latest = useRef(size)
  latest.current = size
  const zoomAt = (factor: number, px: number, py: number) =>
    setCamera((before) => {
      const scale = Math.max(SMALLEST, Math.min(LARGEST, before.scale * factor))
      const share = scale / before.scale
      // What is under the pointer stays there.
      return { scale, x: px + (before.x - px) * share, y: py + (before.y - py) * share }
    })
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    const wheel = (event: WheelEvent) => {
      event.preventDefault()
      const { left, top } = element.getBoundingClientRect()
      const [px, py] = toUnits(event.clientX - left, event.clientY - top, latest.current)
      zoomAt(Math.exp(-event.deltaY * WHEEL_SPEED), px, py)
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => {
      observer.disconnect()
      element.removeEventListener('wheel', wheel)
    }
  }, [box])
  const half = Math.min(size.width, size.height) / 2
  return {
    camera,
    size,
    zoom: (factor: number) => zoomAt(factor, 0, 0),
    move: (dx: number, dy: number) => setCamera(({ scale, x, y }) => ({ scale, x: x + dx / half, y: y - dy / half })),
    reset: () => setCamera(WHOLE),
    /** Where a place is in the box, in pixels from its upper left corner. */
    toPixels: ([x, y]: readonly [number, number]) =>
      [
        size.width / 2 + (x * camera.scale + camera.x) * half,
        size.height / 2 - (y * camera.scale + camera.y) * half,
      ] as const,
    /** The place under a pointer, and how many pixels a unit of places is long. */
    toPlace({ clientX, clientY }: { clientX: number; clientY: number }) {
      const { left, top } = (box.current as HTMLElement).getBoundingClientRect()
      const [px, py] = toUnits(clientX - left, clientY - top, size)
      return { x: (px - camera.x) / camera.scale, y: (py - camera.y) / camera.scale, unit: half * camera.scale }
    },
  }
}

/** Pixels from the upper left corner as units of the camera, from the middle. */
function toUnits(left: number, top: number, { width, height }: { width: number; height: number }) {
  const half = Math.max(1, Math.min(width, height) / 2)
  return [(left - width / 2) / half, (height / 2 - top) / half] as const
}
