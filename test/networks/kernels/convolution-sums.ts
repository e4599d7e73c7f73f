/** A convolution whose gradients are computed in float64, by the definition and without any of the tricks of the kernels. */
export interface Convolution {
  /** Batch, height, width, channels. */
  size: readonly [number, number, number, number]
  kernel: readonly [number, number]
  strides: readonly [number, number]
  dilations: readonly [number, number]
  pad: 'same' | 'valid'
  /** Output channels of a plain convolution; of a depthwise one, output channels for each input channel. */
  filters: number
}

export interface Sums {
  values: Float64Array
  /** Sum of the magnitudes of the products of each value, to which the error of a sum in float32 is relative. */
  magnitudes: Float64Array
}

interface Axis {
  outputs: number
  before: number
}

/** Outputs and padding before the first of them along one axis, as TensorFlow defines them. */
function axisOf(length: number, kernel: number, stride: number, dilation: number, pad: 'same' | 'valid'): Axis {
  const reach = (kernel - 1) * dilation + 1
  if (pad === 'valid') return { outputs: Math.ceil((length - reach + 1) / stride), before: 0 }
  const outputs = Math.ceil(length / stride)
  return { outputs, before: Math.floor(Math.max(0, (outputs - 1) * stride + reach - length) / 2) }
}

function axesOf({ size, kernel, strides, dilations, pad }: Convolution): [Axis, Axis] {
  const axis = (i: 0 | 1) => axisOf(size[i + 1], kernel[i], strides[i], dilations[i], pad)
  return [axis(0), axis(1)]
}

/** Batch, height, width, channels of the output. */
export function outputShapeOf(convolution: Convolution, isDepthwise: boolean): [number, number, number, number] {
  const [down, across] = axesOf(convolution)
  const { size, filters } = convolution
  return [size[0], down.outputs, across.outputs, isDepthwise ? size[3] * filters : filters]
}

/** Calls back with the indices of each product of the convolution: of its input, its kernel and its output. */
function forEachProduct(
  convolution: Convolution,
  isDepthwise: boolean,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const { size, kernel, strides, dilations, filters } = convolution
  const [batch, height, width, channels] = size
  const [down, across] = axesOf(convolution)
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < down.outputs * across.outputs * kernel[0] * kernel[1]; i++) {
      const [tap, place] = [i % (kernel[0] * kernel[1]), Math.floor(i / (kernel[0] * kernel[1]))]
      const [u, v] = [Math.floor(tap / kernel[1]), tap % kernel[1]]
      const [row, column] = [Math.floor(place / across.outputs), place % across.outputs]
      const y = row * strides[0] + u * dilations[0] - down.before
      const x = column * strides[1] + v * dilations[1] - across.before
      if (y < 0 || y >= height || x < 0 || x >= width) continue
      const position = (b * down.outputs + row) * across.outputs + column
      for (let c = 0; c < channels; c++) {
        const input = ((b * height + y) * width + x) * channels + c
        for (let f = 0; f < filters; f++) {
          const output = isDepthwise ? position * channels * filters + c * filters + f : position * filters + f
          visit(input, (tap * channels + c) * filters + f, output)
        }
      }
    }
  }
}

/** The gradient with respect to the kernel. */
export function sumFilterGradient(
  convolution: Convolution,
  isDepthwise: boolean,
  x: Float32Array,
  dy: Float32Array,
): Sums {
  const { kernel, size, filters } = convolution
  const sums = createSums(kernel[0] * kernel[1] * size[3] * filters)
  forEachProduct(convolution, isDepthwise, (input, weight, output) => addTo(sums, weight, x[input] * dy[output]))
  return sums
}

/** The gradient with respect to the input. */
export function sumInputGradient(
  convolution: Convolution,
  isDepthwise: boolean,
  w: Float32Array,
  dy: Float32Array,
): Sums {
  const sums = createSums(convolution.size.reduce((product, side) => product * side, 1))
  forEachProduct(convolution, isDepthwise, (input, weight, output) => addTo(sums, input, w[weight] * dy[output]))
  return sums
}

function createSums(length: number): Sums {
  return { values: new Float64Array(length), magnitudes: new Float64Array(length) }
}

function addTo({ values, magnitudes }: Sums, index: number, product: number): void {
  values[index] += product
  magnitudes[index] += Math.abs(product)
}
