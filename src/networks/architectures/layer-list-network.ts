import { reshape, type Tensor, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core'
import { averageOverPositions } from '../layers/average-pool.js'
import type { Conv2dOptions, DenseOptions, DepthwiseConv2dOptions, Network, NetworkOps } from '../network.js'

/** A layer of a network that a file describes as a list. */
export type ListedLayer =
  | ({ kind: 'conv2d'; name: string } & Conv2dOptions)
  | ({ kind: 'depthwise_conv2d'; name: string } & DepthwiseConv2dOptions)
  | ({ kind: 'dense'; name: string } & DenseOptions)
  | { kind: 'activation' | 'average_positions' | 'flatten' }

/**
 * A network of layers in sequence. Its parameters are called `<layer>/kernel` and `<layer>/bias`. The last layer gives the
 * logits, without a softmax.
 */
export function createLayerListNetwork(
  name: string,
  inputShape: readonly number[],
  classes: number,
  layers: readonly ListedLayer[],
): Network {
  return {
    name,
    inputShape,
    classes,
    forward: (ops, input) => layers.reduce((x, layer) => applyLayer(ops, layer, x), input) as Tensor2D,
  }
}

function applyLayer(ops: NetworkOps, layer: ListedLayer, x: Tensor): Tensor {
  switch (layer.kind) {
    case 'conv2d':
      return ops.conv2d(layer.name, x as Tensor4D, layer)
    case 'depthwise_conv2d':
      return ops.depthwiseConv2d(layer.name, x as Tensor4D, layer)
    case 'dense':
      return ops.dense(layer.name, x, layer)
    case 'activation':
      return ops.activation(x)
    case 'average_positions':
      return averageOverPositions(x)
    case 'flatten':
      return reshape(x, [x.shape[0], -1])
  }
}
