import { add, reshape, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core'
import { attend } from '../layers/attention.js'
import { averageOverPositions } from '../layers/average-pool.js'
import type { Network, NetworkOps } from '../network.js'

export interface MiniVitOptions {
  inputShape: readonly [number, number, number]
  classes: number
  /** Filters of the first convolution of the patch embedding. */
  stemWidth: number
  /** Numbers in a token. */
  width: number
  blocks: number
  /** Numbers in a key, and in a value. */
  attentionWidth: number
  /** Hidden units of the perceptrons. */
  hiddenWidth: number
}

/**
 * A vision transformer (arXiv 2010.11929). Patches of 4 × 4 pixels are embedded by two convolutions with stride 2 (arXiv
 * 2106.14881). Their overlap gives positions, so no position embedding is learnt (arXiv 2103.15808). Then come blocks of
 * attention and perceptron, and the normalised mean over tokens. The function under test follows both convolutions and is
 * used in the perceptrons.
 */
export function createMiniVit(options: MiniVitOptions): Network {
  const { inputShape, classes, stemWidth, width } = options
  return {
    name: 'mini-vit',
    inputShape,
    classes,
    forward(ops, input) {
      const stem = ops.conv2d('stem', input as Tensor4D, { filters: stemWidth, kernelSize: 5, strides: 2 })
      const patches = ops.conv2d('patches', ops.activation(stem), { filters: width, kernelSize: 3, strides: 2 })
      let x: Tensor3D = reshape(ops.activation(patches), [patches.shape[0], -1, width])
      for (let i = 1; i <= options.blocks; i++) x = transformerBlock(ops, `block${i}`, x, options)
      return ops.dense('logits', ops.layerNorm('norm', averageOverPositions(x)), { units: classes }) as Tensor2D
    },
  }
}

/**
 * Separable attention (arXiv 2206.02680, as in MobileViTv2) and a perceptron in parallel after one layer normalisation
 * (arXiv 2302.05442).
 */
function transformerBlock(ops: NetworkOps, name: string, x: Tensor3D, options: MiniVitOptions): Tensor3D {
  const { width, attentionWidth, hiddenWidth } = options
  const dense = (layer: string, y: Tensor3D, units: number) => ops.dense(`${name}/${layer}`, y, { units }) as Tensor3D
  const normalized = ops.layerNorm(`${name}/norm`, x)
  const values = dense('values', normalized, attentionWidth)
  const attended = attend(dense('scores-keys', normalized, 1 + attentionWidth), values)
  const hidden = ops.activation(dense('hidden', normalized, hiddenWidth))
  return add(add(x, dense('projection', attended, width)), dense('output', hidden, width))
}
