/** A shape of about unit radius around the origin. */
export interface Shape {
  name: string
  /** Distance from the edge at (x, y), negative inside; exact or a close lower bound. */
  distance(x: number, y: number): number
}

const THICKNESS = 0.2

/** The ten classes. All have an inside and strokes of similar width, so that brightness tells little about the class. */
export const SHAPES: readonly Shape[] = [
  { name: 'disc', distance: (x, y) => Math.hypot(x, y) - 0.72 },
  { name: 'ring', distance: (x, y) => Math.abs(Math.hypot(x, y) - 0.75) - THICKNESS },
  { name: 'square', distance: (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 0.65 },
  { name: 'frame', distance: (x, y) => Math.abs(Math.max(Math.abs(x), Math.abs(y)) - 0.66) - THICKNESS },
  { name: 'triangle', distance: (x, y) => Math.max(0.866 * Math.abs(x) + 0.5 * y, -y) - 0.48 },
  { name: 'cross', distance: (x, y) => Math.min(box(x, y, 1, THICKNESS), box(x, y, THICKNESS, 1)) },
  { name: 'corner', distance: (x, y) => Math.min(box(x, y + 0.7, 0.9, THICKNESS), box(x + 0.7, y, THICKNESS, 0.9)) },
  { name: 'bars', distance: (x, y) => box(x, Math.abs(y) - 0.5, 0.9, THICKNESS) },
  { name: 'tee', distance: (x, y) => Math.min(box(x, y + 0.7, 0.9, THICKNESS), box(x, y - 0.05, THICKNESS, 0.9)) },
  {
    name: 'crescent',
    distance: (x, y) => Math.max(Math.hypot(x, y) - 0.95, 0.75 - Math.hypot(x - 0.5, y)),
  },
]

function box(x: number, y: number, halfWidth: number, halfHeight: number): number {
  return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight)
}
