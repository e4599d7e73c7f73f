import type { LearnedParameter } from '../../learned-parameters.js'
import type { LayerActivation } from '../layers/activation-op.js'
import { type NetworkState, readParameters } from './network-state.js'

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
