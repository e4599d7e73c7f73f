import type { LayerActivation } from '../layers/activation-op.js'
import { type NetworkState, readParameters } from './network-state.js'

/** A learnable parameter of the function under test after a training. */
export interface LearnedParameter {
  /** Null if the expression gives it no name. */
  name: string | null
  initialValue: number
  /** For each activation of the network, in the order of the forward pass, one number, or one for each channel. */
  values: number[][]
}

/** The parameters of the function, in the order of the expression; null if it has none. */
export async function readLearnedParameters(
  state: NetworkState,
  { learnable }: LayerActivation,
): Promise<LearnedParameter[] | null> {
  if (learnable === null) return null
  const layers = (await readParameters(state)).filter(({ ofActivation }) => ofActivation)
  return learnable.parameters.map(({ name, initial }, row) => ({
    name,
    initialValue: initial,
    values: layers.map(({ shape: [, columns], values }) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns)),
    ),
  }))
}
