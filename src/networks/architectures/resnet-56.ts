import { add, conv2d, type Tensor2D, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core'
import { averageOverPositions } from '../layers/average-pool.js'
import type { Network, NetworkOps } from '../network.js'

const BLOCKS_A_STAGE = 9
const WIDTHS = [16, 32, 64]

/**
 * ResNet-56 for CIFAR-10 (arXiv 1512.03385, section 4.2): a convolution, three stages of nine blocks of two convolutions
 * with 16, 32 and 64 filters, then the mean over positions. It has 853,018 weights with those of the normalisations (0.85
 * million in the paper's table 6). The function under test follows every normalisation and every sum. Shortcuts have no
 * weights: at the start of a stage they take every other position, and new channels are zeros (option A).
 */
export function createResnet56(): Network {
  return {
    name: 'resnet-56',
    inputShape: [32, 32, 3],
    classes: 10,
    forward(ops, input) {
      let x = activatedConv(ops, 'stem', input as Tensor4D, WIDTHS[0], 1)
      for (const [stage, filters] of WIDTHS.entries()) {
        for (let block = 1; block <= BLOCKS_A_STAGE; block++) {
          const name = `stage${stage + 1}/block${block}`
          const strides = stage > 0 && block === 1 ? 2 : 1
          const inner = activatedConv(ops, `${name}/conv1`, x, filters, strides)
          const residual = normalizedConv(ops, `${name}/conv2`, inner, filters, 1)
          x = ops.activation(add(residual, strides === 1 ? x : widenShortcut(x, filters)))
        }
      }
      return ops.dense('logits', averageOverPositions(x), { units: 10 }) as Tensor2D
    },
  }
}

function normalizedConv(ops: NetworkOps, name: string, x: Tensor4D, filters: number, strides: number): Tensor4D {
  return ops.batchNorm(`${name}/norm`, ops.conv2d(name, x, { filters, kernelSize: 3, strides, bias: false }))
}

function activatedConv(ops: NetworkOps, name: string, x: Tensor4D, filters: number, strides: number): Tensor4D {
  return ops.activation(normalizedConv(ops, name, x, filters, strides))
}

/** Every other position, with zeros as further channels: a convolution with a constant kernel. */
function widenShortcut(x: Tensor4D, filters: number): Tensor4D {
  const channels = x.shape[3]
  const identity = Float32Array.from({ length: channels * filters }, (_, i) =>
    Math.floor(i / filters) === i % filters ? 1 : 0,
  )
  return conv2d(x, tensor4d(identity, [1, 1, channels, filters]), 2, 'same')
}
