import { defineNetwork, type WrittenLayer } from '../../src/networks/architectures/define-network.js'
import type { Parameter } from '../../src/networks/layers/parameters.js'
import type { Network } from '../../src/networks/network.js'
import type { Batch } from '../../src/networks/training/training-step.js'
import type { ReferenceLayer, ReferenceNetwork } from '../features/reference-networks.js'

/** A reference network in this project's own form. */
export function toNetwork(name: string, reference: ReferenceNetwork): Network {
  const { layers, input_shape: inputShape, labels } = reference.model
  return defineNetwork({ name, inputShape, classes: labels.shape[1] }, layers.flatMap(toWrittenLayers))
}

/** Its weights. */
export function toParameters(reference: ReferenceNetwork): Parameter[] {
  return reference.model.layers.flatMap(({ name, kernel, bias_values: bias }) =>
    Object.entries({ kernel, bias }).flatMap(([role, place]) => {
      if (!place) return []
      return [{ name: `${name}/${role}`, shape: place.shape, values: reference.readTensor(place), trainable: true }]
    }),
  )
}

/** Its batch, with class numbers instead of one-hot labels. */
export function toBatch(reference: ReferenceNetwork): Batch {
  const { inputs, labels, batch } = reference.model
  const classes = labels.shape[1]
  const oneHot = reference.readTensor(labels)
  const classOf = (i: number) => oneHot.subarray(i * classes, (i + 1) * classes).indexOf(1)
  return { inputs: reference.readTensor(inputs), labels: Uint8Array.from({ length: batch }, (_, i) => classOf(i)) }
}

function toWrittenLayers(layer: ReferenceLayer): WrittenLayer[] {
  const { type, name, bias } = layer
  const convolution = { name, kernelSize: layer.kernel_size, strides: layer.stride, padding: layer.padding, bias }
  switch (type) {
    case 'conv2d':
      return [{ type: 'conv', ...convolution, filters: layer.filters }]
    case 'depthwise_conv2d':
      return [{ type: 'depthwise', ...convolution }]
    case 'dense':
      return [{ type: 'dense', name, units: layer.units, bias }]
    case 'gap1d':
    case 'gap2d':
      return [{ type: 'globalAverage' }]
    case 'softmax':
      return []
    default:
      return [{ type }]
  }
}
