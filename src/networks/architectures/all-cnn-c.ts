import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { averageOverPositions } from '../layers/average-pool.js'
import type { Network } from '../network.js'

/**
 * All-CNN-C of "Striving for Simplicity" (arXiv 1412.6806, tables 1 and 2) for CIFAR-10: nine convolutions, each followed by
 * the function under test, then the mean over 6 × 6 positions. The third and the sixth have stride 2 instead of pooling. In
 * training, dropout removes a fifth of the input and half of the outputs of each strided layer (section 3.1).
 */
export function createAllCnnC(): Network {
  return {
    name: 'all-cnn-c',
    inputShape: [32, 32, 3],
    classes: 10,
    forward(ops, input) {
      const layer = (name: string, x: Tensor4D, filters: number, kernelSize: number, strides = 1) =>
        ops.activation(
          ops.conv2d(name, x, { filters, kernelSize, strides, padding: name === 'conv7' ? 'valid' : 'same' }),
        )
      let x = ops.dropout(input as Tensor4D, 0.2)
      x = layer('conv1', x, 96, 3)
      x = layer('conv2', x, 96, 3)
      x = ops.dropout(layer('conv3', x, 96, 3, 2), 0.5)
      x = layer('conv4', x, 192, 3)
      x = layer('conv5', x, 192, 3)
      x = ops.dropout(layer('conv6', x, 192, 3, 2), 0.5)
      x = layer('conv7', x, 192, 3)
      x = layer('conv8', x, 192, 1)
      return averageOverPositions(layer('conv9', x, 10, 1)) as Tensor2D
    },
  }
}
