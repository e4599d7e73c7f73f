import {
  engine,
  type GradConfig,
  getBackend,
  getKernel,
  mul,
  type NamedAttrMap,
  slice,
  softmax,
  sum,
  type Tensor,
  type Tensor3D,
  transpose,
} from '@tensorflow/tfjs-core'

/** Names of the kernels that this project adds to the wasm backend for attention and its gradient. */
export const ATTENTION = 'ActbenchAttention'
export const ATTENTION_GRADIENT = 'ActbenchAttentionGradient'

/**
 * Separable self-attention (MobileViTv2, arXiv 2206.02680), whose cost is linear in the number of tokens. The softmax of the
 * tokens' scores weights their keys into one context vector. Each token's values are multiplied by it elementwise.
 *
 * `scoresKeys` is batch × tokens × (1 + width), the score first; `values` and the result are batch × tokens × width.
 */
export function attend(scoresKeys: Tensor3D, values: Tensor3D): Tensor3D {
  if (!getKernel(ATTENTION, getBackend())) return composeAttention(scoresKeys, values)
  return (engine().runKernel(ATTENTION, { scoresKeys, values }) as Tensor[])[0] as Tensor3D
}

/** The same, composed of TensorFlow.js operations, for backends without the kernel. */
export function composeAttention(scoresKeys: Tensor3D, values: Tensor3D): Tensor3D {
  const [batch, tokens, width] = values.shape
  const scores = slice(scoresKeys, [0, 0, 0], [batch, tokens, 1])
  const keys = slice(scoresKeys, [0, 0, 1], [batch, tokens, width])
  const weights = transpose(softmax(transpose(scores, [0, 2, 1])), [0, 2, 1])
  return mul(values, sum(mul(weights, keys), 1, true))
}

/** Gradients with respect to scores, keys and values. */
export const ATTENTION_GRADIENTS: GradConfig = {
  kernelName: ATTENTION,
  inputsToSave: ['scoresKeys', 'values'],
  outputsToSave: [false, true, true],
  gradFunc: (dys, saved) => {
    const [scoresKeys, values, weights, contexts] = saved
    const inputs = { dy: (dys as Tensor[])[0], scoresKeys, values, weights, contexts }
    const [ofScoresKeys, ofValues] = engine().runKernel(ATTENTION_GRADIENT, inputs, {} as NamedAttrMap) as Tensor[]
    return { scoresKeys: () => ofScoresKeys, values: () => ofValues }
  },
}
