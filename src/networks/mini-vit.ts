import { add, reshape, type Tensor, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core'
import { attend } from './attention.js'
import { averageOverPositions } from './average-pool.js'
import type { Network, NetworkOps } from './network.js'

export interface MiniVitOptions {
  inputShape: readonly [number, number, number]
  classes: number
  /** Filters of the first convolution of the patch embedding. */
  stemWidth: number
  /** Numbers a token. */
  width: number
  blocks: number
  /** Hidden units of the perceptrons. */
  hiddenWidth: number
}

/**
 * A vision transformer (arXiv 2010.11929): patches of 4 × 4 pixels, embedded by two convolutions with stride 2 (arXiv
 * 2106.14881), a learnt term for each position, blocks of separable attention (arXiv 2206.02680, as in MobileViTv2) and
 * perceptron behind layer normalisation, the mean over tokens. The function under test stands between the convolutions,
 * at the values of the attention and in the perceptrons.
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
      let x: Tensor3D = reshape(patches, [patches.shape[0], -1, width])
      x = ops.positions('positions', x)
      for (let i = 1; i <= options.blocks; i++) x = transformerBlock(ops, `block${i}`, x, options)
      return ops.dense('logits', averageOverPositions(ops.layerNorm('norm', x)), { units: classes }) as Tensor2D
    },
  }
}

function transformerBlock(ops: NetworkOps, name: string, x: Tensor3D, options: MiniVitOptions): Tensor3D {
  const { width, hiddenWidth } = options
  const dense = (layer: string, y: Tensor, units: number) => ops.dense(`${name}/${layer}`, y, { units }) as Tensor3D
  const normalized = ops.layerNorm(`${name}/norm1`, x)
  const values = ops.activation(dense('values', normalized, width))
  const attended: Tensor3D = add(
    x,
    dense('projection', attend(dense('scores-keys', normalized, 1 + width), values), width),
  )
  const hidden = ops.activation(dense('hidden', ops.layerNorm(`${name}/norm2`, attended), hiddenWidth))
  return add(attended, dense('output', hidden, width))
}
