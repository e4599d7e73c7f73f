import { cos as cosine, sin as sine } from '../../activations/functions/trigonometric.js'

/** How a picture is placed in another: turned around its centre, then scaled, then shifted. */
export interface Placement {
  /** Radians, counterclockwise. */
  angle: number
  /** Half width of the picture in half widths of the result. */
  scale: number
  /** Of the centre, in half widths of the result. */
  shiftX: number
  shiftY: number
}

/** Points along each axis of a pixel at which the source is read. */
const SUBPIXELS = 3

/**
 * Draws a square grey picture into a square of another size. Each pixel is the mean of nine readings with bilinear
 * interpolation; outside the source, intensity is 0. Results are rounded to 8 bits.
 */
export function turnPicture(source: Uint8Array, sourceSize: number, size: number, placement: Placement): Uint8Array {
  const { angle, scale, shiftX, shiftY } = placement
  // The project's own functions give the same bits on every engine.
  const cos = cosine(angle) / scale
  const sin = sine(angle) / scale
  const step = 2 / (size * SUBPIXELS)
  const target = new Uint8Array(size * size)
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0
      for (let i = 0; i < SUBPIXELS; i++) {
        for (let j = 0; j < SUBPIXELS; j++) {
          const x = (column * SUBPIXELS + j + 0.5) * step - 1 - shiftX
          const y = (row * SUBPIXELS + i + 0.5) * step - 1 - shiftY
          sum += interpolate(source, sourceSize, cos * x + sin * y, cos * y - sin * x)
        }
      }
      target[row * size + column] = Math.round(sum / SUBPIXELS ** 2)
    }
  }
  return target
}

/** The intensity at a point; the source covers [-1, 1] along both axes. */
function interpolate(source: Uint8Array, size: number, x: number, y: number): number {
  const column = ((x + 1) * size - 1) / 2
  const row = ((y + 1) * size - 1) / 2
  if (column <= -1 || row <= -1 || column >= size || row >= size) return 0
  const left = Math.floor(column)
  const top = Math.floor(row)
  const right = column - left
  const down = row - top
  const at = (r: number, c: number) => (r < 0 || c < 0 || r >= size || c >= size ? 0 : source[r * size + c])
  const upper = at(top, left) * (1 - right) + at(top, left + 1) * right
  const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right
  return upper * (1 - down) + lower * down
}
