import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { MapPoints } from './map-points.js'
import type { Camera, PointRenderer } from './point-renderer.js'

interface Drawn {
  readonly points: MapPoints
  readonly colours: Uint8Array
  readonly order: Uint32Array
  readonly camera: Camera
  readonly size: { readonly width: number; readonly height: number }
  onNoWebgl(): void
}

/** Draws the points to a canvas. Only this page loads the code for that. */
export function useRenderer(canvas: RefObject<HTMLCanvasElement | null>, drawn: Drawn): void {
  const { points, colours, order, camera, size, onNoWebgl } = drawn
  const [renderer, setRenderer] = useState<PointRenderer | null>(null)
  useEffect(() => {
    let isOver = false
    let created: PointRenderer | null = null
    const lose = (event: Event) => {
      event.preventDefault()
      if (!isOver) onNoWebgl()
    }
    const element = canvas.current
    void import('./point-renderer.js').then(({ createPointRenderer }) => {
      if (isOver || element === null) return
      created = createPointRenderer(element)
      if (created === null) onNoWebgl()
      else setRenderer(created)
    })
    element?.addEventListener('webglcontextlost', lose)
    return () => {
      isOver = true
      element?.removeEventListener('webglcontextlost', lose)
      created?.destroy()
    }
  }, [])
  useEffect(() => {
    if (renderer === null) return
    const places = new Float32Array(2 * order.length)
    const shades = new Uint8Array(4 * order.length)
    // One number at a time: a view of each of 400,000 points would take ten times as long.
    for (let index = 0; index < order.length; index++) {
      const node = order[index]
      places[2 * index] = points.places[2 * node]
      places[2 * index + 1] = points.places[2 * node + 1]
      for (let part = 0; part < 4; part++) shades[4 * index + part] = colours[4 * node + part]
    }
    renderer.setPoints(places, shades)
  }, [renderer, points, colours, order])
  useEffect(() => {
    const element = canvas.current
    if (renderer === null || element === null || size.width === 0) return
    const width = Math.round(size.width * devicePixelRatio)
    const height = Math.round(size.height * devicePixelRatio)
    // Setting a size clears the canvas, also if it is the same.
    if (element.width !== width) element.width = width
    if (element.height !== height) element.height = height
    const frame = requestAnimationFrame(() => {
      renderer.draw(camera)
      element.dataset.drawn = String(order.length)
    })
    return () => cancelAnimationFrame(frame)
  }, [renderer, points, colours, order, camera, size])
}
