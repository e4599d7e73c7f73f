import { createRandom } from '../../numeric/random.js'

/** Names of kernels that this project adds to some backends for all parameters of a network, which are one vector. */
export const ADAM = 'ActbenchAdam'
export const DESCENT = 'ActbenchDescent'
export const CLIP_TO_NORM = 'ActbenchClipToNorm'
export const SUM_OF_SQUARES = 'ActbenchSumOfSquares'
export const SPLIT_VECTOR = 'ActbenchSplitVector'
export const JOIN_VECTOR = 'ActbenchJoinVector'

/** One array of numbers that belongs to a layer. */
export interface Parameter {
  /** Layer name and role, such as `conv1/kernel`. */
  name: string
  shape: number[]
  values: Float32Array
  /** False for the moments that batch normalisation uses in inference. */
  trainable: boolean
  /** True for learnable parameters of the activation, which have no weight decay. */
  ofActivation?: true
}

/**
 * Initial distribution of a parameter: kernels are normal with variance gain / fan-in, all others are constant. Those of an
 * activation have a constant for each row.
 */
export type InitialValue =
  | { kind: 'kernel'; fanIn: number }
  | { kind: 'constant'; value: number }
  | { kind: 'activation'; rows: readonly number[] }

/**
 * Initial numbers of a parameter. Seed and name determine its random stream, so adding or moving a layer does not change
 * the others.
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
  if (initial.kind === 'activation') {
    const columns = values.length / initial.rows.length
    return values.map((_, i) => initial.rows[Math.floor(i / columns)])
  }
  const random = createRandom(seed, 'parameter', name)
  const deviation = Math.sqrt(gain / initial.fanIn)
  for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal()
  return values
}
