import type { LayerCapture } from '../../src/networks/training/layer-capture.js'
import type { PlainActivation } from './plain-activations.js'
import { type ReferenceLayer, type ReferenceNetwork, toLayerOptions } from './reference-networks.js'

interface Tensor {
  data: Float64Array
  shape: number[]
}

/** A layer: its output, and the gradient of its input from the gradient of its output. */
interface Step {
  output: Tensor
  backward(gradient: Float64Array): Float64Array
}

/**
 * Runs a reference network and its gradient in float64 with loops over indices, as a second opinion on the captures of a
 * tensor library. `round` is applied to every output of a layer (`Math.fround` imitates float32).
 */
export function capturePlainNetwork(
  network: ReferenceNetwork,
  activation: PlainActivation,
  round: (value: number) => number = (value) => value,
): { captures: LayerCapture[]; loss: number } {
  const { model } = network
  let tensor: Tensor = {
    data: Float64Array.from(network.readTensor(model.inputs)),
    shape: [model.batch, ...model.input_shape],
  }
  const labels = network.readTensor(model.labels)
  const steps: { layer: ReferenceLayer; input: Tensor; step: Step }[] = []
  for (const layer of model.layers) {
    if (layer.type === 'softmax') continue
    const step = forward(network, layer, tensor, activation)
    step.output.data = step.output.data.map(round)
    steps.push({ layer, input: tensor, step })
    tensor = step.output
  }
  let { gradient, loss } = computeSoftmaxGradient(tensor, labels)
  const captures: LayerCapture[] = []
  for (const { layer, input, step } of steps.reverse()) {
    gradient = gradient.map(round)
    if (layer.kernel) captures.unshift(toCapture(layer, input, { data: gradient, shape: step.output.shape }))
    gradient = step.backward(gradient)
  }
  return { captures, loss }
}

function toCapture(layer: ReferenceLayer, input: Tensor, gradient: Tensor): LayerCapture {
  const count = (shape?: number[]) => (shape ? shape.reduce((product, size) => product * size, 1) : 0)
  return {
    ...toLayerOptions(layer),
    weights: count(layer.kernel?.shape) + count(layer.bias_values?.shape),
    input: Float32Array.from(input.data),
    inputShape: input.shape,
    outputGradient: Float32Array.from(gradient.data),
    outputGradientShape: gradient.shape,
  }
}

function forward(network: ReferenceNetwork, layer: ReferenceLayer, input: Tensor, activation: PlainActivation): Step {
  switch (layer.type) {
    case 'activation':
      return {
        output: { data: input.data.map(activation.value), shape: input.shape },
        backward: (gradient) => gradient.map((g, i) => g * activation.derivative(input.data[i])),
      }
    case 'flatten':
      return {
        output: { data: input.data, shape: [input.shape[0], input.data.length / input.shape[0]] },
        backward: (gradient) => gradient,
      }
    case 'gap1d':
    case 'gap2d':
      return averagePositions(input)
    default:
      return connect(input, ...listConnections(network, layer, input))
  }
}

function averagePositions(input: Tensor): Step {
  const batch = input.shape[0]
  const channels = input.shape[input.shape.length - 1]
  const positions = input.data.length / (batch * channels)
  const data = new Float64Array(batch * channels)
  const place = (i: number) => Math.floor(i / (positions * channels)) * channels + (i % channels)
  for (let i = 0; i < input.data.length; i++) data[place(i)] += input.data[i] / positions
  return {
    output: { data, shape: [batch, channels] },
    backward: (gradient) => input.data.map((_, i) => gradient[place(i)] / positions),
  }
}

/** Every weighted layer is a list of (input index, output index, weight) and of biases per output channel. */
type Connections = (visit: (from: number, to: number, weight: number) => void) => void

function connect(input: Tensor, shape: number[], bias: Float32Array | null, connections: Connections): Step {
  const data = new Float64Array(shape.reduce((product, size) => product * size, 1))
  if (bias) for (let i = 0; i < data.length; i++) data[i] = bias[i % bias.length]
  connections((from, to, weight) => {
    data[to] += input.data[from] * weight
  })
  return {
    output: { data, shape },
    backward(gradient) {
      const result = new Float64Array(input.data.length)
      connections((from, to, weight) => {
        result[from] += gradient[to] * weight
      })
      return result
    },
  }
}

function listConnections(
  network: ReferenceNetwork,
  layer: ReferenceLayer,
  input: Tensor,
): [number[], Float32Array | null, Connections] {
  const kernel = network.readTensor(layer.kernel!)
  const bias = layer.bias ? network.readTensor(layer.bias_values!) : null
  if (layer.type === 'dense') {
    const [inputs, outputs] = layer.kernel!.shape
    const rows = input.data.length / inputs
    const connections: Connections = (visit) => {
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < inputs; i++)
          for (let o = 0; o < outputs; o++) visit(row * inputs + i, row * outputs + o, kernel[i * outputs + o])
    }
    return [[...input.shape.slice(0, -1), outputs], bias, connections]
  }
  const [batch, height, width, channels] = input.shape
  const [size, , , last] = layer.kernel!.shape
  const stride = layer.stride!
  const isDepthwise = layer.type === 'depthwise_conv2d'
  const outputs = isDepthwise ? channels : last
  const vertical = computeWindow(height, size, stride, layer.padding!)
  const horizontal = computeWindow(width, size, stride, layer.padding!)
  const connections: Connections = (visit) => {
    for (let b = 0; b < batch; b++)
      for (let oy = 0; oy < vertical.positions; oy++)
        for (let ox = 0; ox < horizontal.positions; ox++)
          for (let ky = 0; ky < size; ky++)
            for (let kx = 0; kx < size; kx++) {
              const y = oy * stride + ky - vertical.before
              const x = ox * stride + kx - horizontal.before
              if (y < 0 || y >= height || x < 0 || x >= width) continue
              const from = ((b * height + y) * width + x) * channels
              const to = ((b * vertical.positions + oy) * horizontal.positions + ox) * outputs
              const tap = (ky * size + kx) * channels
              for (let c = 0; c < channels; c++) {
                if (isDepthwise) visit(from + c, to + c, kernel[tap + c])
                else for (let o = 0; o < outputs; o++) visit(from + c, to + o, kernel[(tap + c) * outputs + o])
              }
            }
  }
  return [[batch, vertical.positions, horizontal.positions, outputs], bias, connections]
}

/** TensorFlow's rule: the layer pads as much as the last window needs, with the smaller half before the input. */
function computeWindow(size: number, kernel: number, stride: number, padding: 'same' | 'valid') {
  if (padding === 'valid') return { positions: Math.floor((size - kernel) / stride) + 1, before: 0 }
  const positions = Math.ceil(size / stride)
  return { positions, before: Math.floor(Math.max((positions - 1) * stride + kernel - size, 0) / 2) }
}

function computeSoftmaxGradient(logits: Tensor, labels: Float32Array): { gradient: Float64Array; loss: number } {
  const [batch, classes] = logits.shape
  const gradient = new Float64Array(batch * classes)
  let loss = 0
  for (let b = 0; b < batch; b++) {
    const row = logits.data.subarray(b * classes, (b + 1) * classes)
    const largest = row.reduce((a, v) => (v > a || Number.isNaN(v) ? v : a), -Infinity)
    const powers = row.map((value) => Math.exp(value - largest))
    const sum = powers.reduce((a, v) => a + v, 0)
    for (let c = 0; c < classes; c++) {
      gradient[b * classes + c] = (powers[c] / sum - labels[b * classes + c]) / batch
      loss -= (labels[b * classes + c] * (row[c] - largest - Math.log(sum))) / batch
    }
  }
  return { gradient, loss }
}
