import { add, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core'
import { averageOverPositions } from '../layers/average-pool.js'
import type { Network, NetworkOps } from '../network.js'

export interface MiniResnetOptions {
  inputShape: readonly [number, number, number]
  classes: number
  /** Channels of each stage. The stem has as many as the first stage. */
  widths: readonly number[]
  /** Deviation of the activations' inputs before training. Below 1, steep functions do not overflow. */
  initialScale: number
}

/**
 * Residual with batch normalisation before each activation, after ResNet v2 (arXiv 1603.05027), so the inputs of every
 * activation have the same mean and variance at any depth. Each stage has one block; stages after the first halve height
 * and width.
 */
export function createMiniResnet({ inputShape, classes, widths, initialScale }: MiniResnetOptions): Network {
  return {
    name: 'mini-resnet',
    inputShape,
    classes,
    forward(ops, input) {
      const activate = (name: string, x: Tensor4D) => ops.activation(ops.batchNorm(name, x, { initialScale }))
      let x = ops.conv2d('stem', input as Tensor4D, { filters: widths[0], kernelSize: 5, strides: 2, bias: false })
      for (const [i, filters] of widths.entries()) {
        x = residualBlock(ops, activate, `block${i + 1}`, x, { filters, strides: i === 0 ? 1 : 2 })
      }
      return ops.dense('logits', averageOverPositions(activate('norm', x)), { units: classes }) as Tensor2D
    },
  }
}

function residualBlock(
  ops: NetworkOps,
  activate: (name: string, x: Tensor4D) => Tensor4D,
  name: string,
  x: Tensor4D,
  { filters, strides }: { filters: number; strides: number },
): Tensor4D {
  const activated = activate(`${name}/norm1`, x)
  const inner = ops.conv2d(`${name}/conv1`, activated, { filters, kernelSize: 3, strides, bias: false })
  const residual = ops.conv2d(`${name}/conv2`, activate(`${name}/norm2`, inner), {
    filters,
    kernelSize: 3,
    bias: false,
  })
  if (strides === 1 && x.shape[3] === filters) return add(x, residual)
  return add(ops.conv2d(`${name}/shortcut`, activated, { filters, kernelSize: 1, strides, bias: false }), residual)
}
