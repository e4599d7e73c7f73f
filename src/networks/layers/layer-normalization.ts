import {
  add,
  engine,
  type GradConfig,
  getBackend,
  getKernel,
  mean,
  mul,
  type NamedAttrMap,
  rsqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core'
import { NORMALIZATION_EPSILON } from './batch-normalization.js'

/** Names of the kernels that this project adds to the wasm backend for layer normalisation and its gradient. */
export const LAYER_NORM = 'ActbenchLayerNorm'
export const LAYER_NORM_GRADIENT = 'ActbenchLayerNormGradient'

/**
 * Layer normalisation (arXiv 1607.06450): each vector along the last axis minus its mean, divided by its deviation, times a
 * scale and plus an offset for each of its numbers. It is one kernel on wasm and composed of operations elsewhere.
 */
export function normalizeLayer<T extends Tensor>(x: T, scale: Tensor1D, offset: Tensor1D): T {
  if (getKernel(LAYER_NORM, getBackend())) {
    return (engine().runKernel(LAYER_NORM, { x, scale, offset }) as Tensor[])[0] as T
  }
  return composeLayerNorm(x, scale, offset)
}

/** The same, composed of TensorFlow.js operations, for backends without the kernel. */
export function composeLayerNorm<T extends Tensor>(x: T, scale: Tensor1D, offset: Tensor1D): T {
  const centred = sub(x, mean(x, -1, true))
  const inverseDeviation = rsqrt(add(mean(square(centred), -1, true), NORMALIZATION_EPSILON))
  return add(mul(mul(centred, inverseDeviation), scale), offset) as T
}

/** Gradients with respect to input, scale and offset. */
export const LAYER_NORM_GRADIENTS: GradConfig = {
  kernelName: LAYER_NORM,
  inputsToSave: ['x', 'scale'],
  outputsToSave: [false, true, true],
  gradFunc: (dys, saved) => {
    const [x, scale, means, inverseDeviations] = saved
    const inputs = { dy: (dys as Tensor[])[0], x, scale, means, inverseDeviations }
    const [dx, dscale, doffset] = engine().runKernel(LAYER_NORM_GRADIENT, inputs, {} as NamedAttrMap) as Tensor[]
    return { x: () => dx, scale: () => dscale, offset: () => doffset }
  },
}
