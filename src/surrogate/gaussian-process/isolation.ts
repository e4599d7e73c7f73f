import { createRandomStream } from '../../numeric/random.js'
import { createPace, type PaceOptions } from '../pace.js'
import { type Coordinates, computeSquaredDistance } from './gaussian-kernel.js'

const MOST_LANDMARKS = 512
/** The share of the landmarks that count as near. */
const NEAR = 1 / 16

/** A seeded sample of so many known functions: up to 512, in rising order. */
export function chooseLandmarks(count: number, seed: number): Int32Array {
  return Int32Array.from(createRandomStream(seed, 10).permutation(count).subarray(0, MOST_LANDMARKS)).sort()
}

/**
 * How far from the known functions each place lies, measured or not: the natural logarithm of its distance to the landmark
 * that a sixteenth of them are nearer than. Spectra unlike nearly all others mostly belong to functions that do not train,
 * each unlike the others too: a process that compares by distances alone learns nothing from one of them about the next.
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

/** So that equal spectra have a logarithm; distances are root mean squares of shares, hundredths to tenths. */
const LEAST_SQUARE = 1e-12
