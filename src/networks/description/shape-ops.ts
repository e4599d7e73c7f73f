import type { DepthwiseConv2dOptions, NetworkOps, PoolOptions, Shaped } from '../network.js'
import { NETWORK_LIMITS } from './limits.js'
import { ShapeProblem, showShape } from './shape-problem.js'

/** What a network needs, without any tensor. */
export interface NetworkSize {
  /** Trainable weights, with those of normalisations, without parameters of activations. */
  weights: number
  /** Numbers that all layers give for one input. A training step keeps them until its gradient is computed. */
  values: number
  /** Multiplications of the forward pass of one input in convolutions, matrix products and attention. */
  products: number
  /** How often the function under test is applied, and to how many numbers of one input. */
  activations: number
  activatedValues: number
}

/** Layers that only compute shapes and sizes. They throw a `ShapeProblem` for an input that they cannot work on. */
export function createShapeOps(): { ops: NetworkOps<Shaped>; size: NetworkSize } {
  const size: NetworkSize = { weights: 0, values: 0, products: 0, activations: 0, activatedValues: 0 }
  const names = new Set<string>()

  const give = (...shape: number[]): Shaped => {
    size.values += volumeOf(shape)
    if (size.values > NETWORK_LIMITS.values) {
      throw new ShapeProblem(`at most ${NETWORK_LIMITS.values} numbers from all layers for one input`, 'more')
    }
    return { shape }
  }
  const addWeights = (name: string, count: number) => {
    if (names.has(name)) throw new ShapeProblem('a different name for each layer with weights', `"${name}" twice`)
    names.add(name)
    size.weights += count
    if (size.weights > NETWORK_LIMITS.weights) {
      throw new ShapeProblem(`at most ${NETWORK_LIMITS.weights} weights`, `${size.weights} up to this layer`)
    }
  }
  const multiply = (output: Shaped, factor: number): Shaped => {
    size.products += volumeOf(output.shape) * factor
    return output
  }
  const keep = (x: Shaped): Shaped => give(...x.shape)

  const ops: NetworkOps<Shaped> = {
    conv2d(name, x, options) {
      const [batch, , , channels] = pictureOf(x)
      const { filters, bias = true, kernelSize } = options
      addWeights(name, kernelSize ** 2 * channels * filters + (bias ? filters : 0))
      return multiply(give(batch, ...slide(x, options), filters), kernelSize ** 2 * channels)
    },
    depthwiseConv2d(name, x, options) {
      const [batch, , , channels] = pictureOf(x)
      const { bias = true, kernelSize } = options
      addWeights(name, kernelSize ** 2 * channels + (bias ? channels : 0))
      return multiply(give(batch, ...slide(x, options), channels), kernelSize ** 2)
    },
    dense(name, x, { units, bias = true }) {
      if (x.shape.length > 3) {
        throw new ShapeProblem(
          'a vector or tokens; put globalAverage, flatten or tokens before it, or use conv with kernelSize 1',
          'a picture',
        )
      }
      const width = lastOf(x)
      addWeights(name, width * units + (bias ? units : 0))
      return multiply(give(...x.shape.slice(0, -1), units), width)
    },
    batchNorm(name, x) {
      addWeights(name, 2 * lastOf(x))
      return keep(x)
    },
    layerNorm(name, x) {
      addWeights(name, 2 * lastOf(x))
      return keep(x)
    },
    addPositions(name, x) {
      if (x.shape.length < 3) throw new ShapeProblem('tokens or a picture', 'a vector')
      addWeights(name, volumeOf(x.shape))
      return keep(x)
    },
    dropout: keep,
    activation(x) {
      size.activations++
      size.activatedValues += volumeOf(x.shape)
      return keep(x)
    },
    add(a, b) {
      if (a.shape.join() !== b.shape.join())
        throw new ShapeProblem(`an equal shape, ${showShape(a.shape)}`, showShape(b.shape))
      return keep(a)
    },
    averagePool: pool,
    maxPool: pool,
    averageOverPositions(x) {
      if (x.shape.length < 3) throw new ShapeProblem('a picture or tokens', 'a vector')
      return give(x.shape[0], lastOf(x))
    },
    flatten: (x) => give(x.shape[0], volumeOf(x.shape.slice(1))),
    toTokens(x) {
      const [batch, height, width, channels] = pictureOf(x)
      return give(batch, height * width, channels)
    },
    attendSeparably(_scoresKeys, values) {
      return multiply(keep(values), 2)
    },
    attend(queries, _keys, _values, heads) {
      const [batch, tokens, width] = queries.shape
      if (width % heads !== 0)
        throw new ShapeProblem(`an attention width that is a multiple of ${heads} heads`, `${width}`)
      give(batch, heads, tokens, tokens)
      return multiply(keep(queries), 2 * tokens)
    },
    unfoldPatches(x, patch) {
      const [batch, height, width, channels] = pictureOf(x)
      if (height % patch !== 0 || width % patch !== 0) {
        throw new ShapeProblem(`height and width that are multiples of ${patch}`, `${height} × ${width}`)
      }
      return give(batch * patch * patch, (height * width) / (patch * patch), channels)
    },
    foldPatches(tokens, patch, height, width) {
      const [batch, count, channels] = tokens.shape
      if (tokens.shape.length !== 3 || count * patch * patch !== height * width) {
        throw new ShapeProblem(`${(height * width) / (patch * patch)} tokens from its layers`, showShape(tokens.shape))
      }
      return give(batch / (patch * patch), height, width, channels)
    },
    subsample(x, strides, channels) {
      const [batch, height, width, before] = pictureOf(x)
      if (channels < before) throw new ShapeProblem(`at least ${before} channels from the branch`, `${channels}`)
      return give(batch, Math.ceil(height / strides), Math.ceil(width / strides), channels)
    },
  }

  function pool(x: Shaped, { size: kernelSize, strides }: PoolOptions): Shaped {
    const [batch, , , channels] = pictureOf(x)
    return give(batch, ...slide(x, { kernelSize, strides, padding: 'valid' }), channels)
  }
  return { ops, size }
}

/** Height and width of the outputs of windows over a picture. */
function slide(x: Shaped, { kernelSize, strides = 1, padding = 'same' }: DepthwiseConv2dOptions): [number, number] {
  const [, height, width] = x.shape
  if (padding === 'same') return [Math.ceil(height / strides), Math.ceil(width / strides)]
  if (kernelSize > height || kernelSize > width) {
    throw new ShapeProblem(
      `at least ${kernelSize} × ${kernelSize} positions, the size of a window without padding`,
      `${height} × ${width}`,
    )
  }
  return [Math.floor((height - kernelSize) / strides) + 1, Math.floor((width - kernelSize) / strides) + 1]
}

function pictureOf(x: Shaped): readonly number[] {
  if (x.shape.length === 4) return x.shape
  throw new ShapeProblem('a picture, height × width × channels', x.shape.length === 3 ? 'tokens' : 'a vector')
}

function lastOf({ shape }: Shaped): number {
  return shape[shape.length - 1]
}

function volumeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}
