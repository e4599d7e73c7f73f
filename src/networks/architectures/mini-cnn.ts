import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { averageOverPositions } from '../layers/average-pool.js'
import type { Network } from '../network.js'

/** Widths of the three convolutions. */
export interface MiniCnnOptions {
  inputShape: readonly [number, number, number]
  classes: number
  widths: readonly [number, number, number]
}

/**
 * All-convolutional, after All-CNN (arXiv 1412.6806), with strides instead of pooling: 16 × 16 pictures become 8 × 8 and then
 * 4 × 4 features, which are averaged over positions before the logits.
 */
export function createMiniCnn({ inputShape, classes, widths }: MiniCnnOptions): Network {
  return {
    name: 'mini-cnn',
    inputShape,
    classes,
    forward(ops, input) {
      let x = input as Tensor4D
      x = ops.activation(ops.conv2d('conv1', x, { filters: widths[0], kernelSize: 5, strides: 2 }))
      x = ops.activation(ops.conv2d('conv2', x, { filters: widths[1], kernelSize: 3 }))
      x = ops.activation(ops.conv2d('conv3', x, { filters: widths[2], kernelSize: 3, strides: 2 }))
      return ops.dense('logits', averageOverPositions(x), { units: classes }) as Tensor2D
    },
  }
}
