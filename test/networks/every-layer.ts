import { add, mean, reshape, square, type Tensor2D, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core'
import { attend } from '../../src/networks/layers/attention.js'
import { averageOverPositions } from '../../src/networks/layers/average-pool.js'
import type { Network } from '../../src/networks/network.js'
import type { Batch } from '../../src/networks/training/training-step.js'
import { createRandom } from '../../src/numeric/random.js'

/** One layer of each kind, a residual sum, odd sizes. */
export const EVERY_LAYER: Network = {
  name: 'every-layer',
  inputShape: [7, 5, 3],
  classes: 3,
  forward(ops, input) {
    let x = ops.activation(ops.conv2d('conv', input as Tensor4D, { filters: 5, kernelSize: 3, strides: 2 }))
    x = ops.activation(ops.batchNorm('norm', ops.depthwiseConv2d('depthwise', x, { kernelSize: 3 })))
    x = add(x, ops.conv2d('residual', x, { filters: 5, kernelSize: 1, bias: false }))
    let tokens = ops.activation(ops.dense('tokens', reshape(x, [-1, 12, 5]), { units: 7 }))
    tokens = ops.layerNorm('layer-norm', tokens)
    const scoresKeys = ops.dense('scores-keys', tokens, { units: 8 }) as Tensor3D
    tokens = add(tokens, attend(scoresKeys, tokens as Tensor3D))
    const pooled = add(averageOverPositions(tokens), square(mean(tokens, 1)))
    return ops.dense('logits', pooled, { units: 3, bias: false }) as Tensor2D
  },
}

/** Pictures and labels that do not change. */
export function randomBatch(network: Network, count: number): Batch {
  const random = createRandom('batch')
  const size = network.inputShape.reduce((product, side) => product * side, 1)
  return {
    inputs: Float32Array.from({ length: count * size }, () => random.normal()),
    labels: Uint8Array.from({ length: count }, () => random.integer(network.classes)),
  }
}
