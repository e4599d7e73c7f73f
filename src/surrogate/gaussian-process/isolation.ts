import { createRandomStream } from '../../numeric/random.js'
import { createPace, type PaceOptions } from '../pace.js'
import { type Coordinates, computeSquaredDistance } from './gaussian-kernel.js'

const MOST_LANDMARKS = 512
/** Share of the landmarks that count as near. */
const NEAR = 1 / 16

/** A seeded sample of up to 512 of `count` known functions, in ascending order. */
export function chooseLandmarks(count: number, seed: number): Int32Array {
  return Int32Array.from(createRandomStream(seed, 10).permutation(count).subarray(0, MOST_LANDMARKS)).sort()
}

/**
 * The isolation of each row: the natural logarithm of its distance to the landmark that a sixteenth of the landmarks
 * are nearer than. Measurements play no part. Most spectra unlike nearly all others belong to functions that do not
 * train, and these are also unlike each other. A process that compares only distances would learn nothing from one such
 * function about the next.
 */
export async function computeIsolation(
  landmarks: Coordinates,
  coordinates: Coordinates,
  options: PaceOptions = {},
): Promise<Coordinates> {
  const pace = createPace(options)
  const count = landmarks.values.length / landmarks.width
  const rows = coordinates.values.length / coordinates.width
  const near = Math.min(count - 1, Math.max(1, Math.round(NEAR * count)))
  const squares = new Float64Array(count)
  const values = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    if (pace.due()) await pace.pause(row / rows)
    for (let landmark = 0; landmark < count; landmark++) {
      squares[landmark] = computeSquaredDistance(coordinates, row, landmarks, landmark)
    }
    values[row] = 0.5 * Math.log(squares.sort()[near] + LEAST_SQUARE)
  }
  return { values, width: 1 }
}

/** Keeps the logarithm finite for equal spectra. Distances are root mean squares of shares, hundredths to tenths. */
const LEAST_SQUARE = 1e-12
