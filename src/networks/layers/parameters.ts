import { createRandom } from '../../numeric/random.js'

/** One array of numbers that belongs to a layer. */
export interface Parameter {
  /** Layer name and role, such as `conv1/kernel`. */
  name: string
  shape: number[]
  values: Float32Array
  /** False for what batch normalisation uses in inference. */
  trainable: boolean
}

/** How a parameter starts: kernels normal with variance gain / fan-in, everything else constant. */
export type InitialValue = { kind: 'kernel'; fanIn: number } | { kind: 'constant'; value: number }

/**
 * Initial numbers of a parameter. Each has a stream of its own by seed and name, so a layer that is added or moved
 * leaves the others as they were.
 */
export function initialParameter(
  seed: number,
  name: string,
  shape: number[],
  initial: InitialValue,
  gain: number,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1))
  if (initial.kind === 'constant') return values.fill(initial.value)
  const random = createRandom(seed, 'parameter', name)
  const deviation = Math.sqrt(gain / initial.fanIn)
  for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal()
  return values
}
