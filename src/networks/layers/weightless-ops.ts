import {
  add,
  conv2d,
  engine,
  matMul,
  mul,
  reshape,
  softmax,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor4d,
  transpose,
} from '@tensorflow/tfjs-core'
import type { NetworkOps, PoolOptions } from '../network.js'
import { attend as attendSeparably } from './attention.js'
import { averageOverPositions } from './average-pool.js'
import { fold, unfold } from './patches.js'

type WeightlessOps = Pick<
  NetworkOps<Tensor>,
  | 'add'
  | 'averagePool'
  | 'maxPool'
  | 'averageOverPositions'
  | 'flatten'
  | 'toTokens'
  | 'attendSeparably'
  | 'attend'
  | 'unfoldPatches'
  | 'foldPatches'
  | 'subsample'
>

/** The steps of networks that have no weights. They are the same in training and inference. */
export const WEIGHTLESS_OPS: WeightlessOps = {
  add: (a, b) => add(a, b),
  averagePool: (x, options) => runPool('AvgPool', x, options),
  maxPool: (x, options) => runPool('MaxPool', x, options),
  averageOverPositions,
  flatten: (x) => reshape(x, [x.shape[0], -1]),
  toTokens: (x) => reshape(x, [x.shape[0], -1, x.shape[x.shape.length - 1]]),
  attendSeparably: (scoresKeys, values) => attendSeparably(scoresKeys as Tensor3D, values as Tensor3D),
  attend,
  unfoldPatches: (x, size) => unfold(x as Tensor4D, size),
  foldPatches: (tokens, size, height, width) => fold(tokens as Tensor3D, size, height, width),
  subsample,
}

function runPool(kernel: 'AvgPool' | 'MaxPool', x: Tensor, { size, strides }: PoolOptions): Tensor {
  return engine().runKernel(kernel, { x }, { filterSize: [size, size], strides: [strides, strides], pad: 'valid' })
}

/** Each head works on its part of the last axis. */
function attend(queries: Tensor, keys: Tensor, values: Tensor, heads: number): Tensor {
  const [batch, tokens, width] = queries.shape
  const split = (x: Tensor) => transpose(reshape(x, [batch, tokens, heads, width / heads]), [0, 2, 1, 3])
  const toRows = (x: Tensor) => reshape(x, [batch * heads, tokens, width / heads]) as Tensor3D
  const scores = matMul(toRows(split(mul(queries, 1 / Math.sqrt(width / heads)))), toRows(split(keys)), false, true)
  const attended = matMul(softmax(scores), toRows(split(values)))
  return reshape(transpose(reshape(attended, [batch, heads, tokens, width / heads]), [0, 2, 1, 3]), [
    batch,
    tokens,
    width,
  ])
}

/** A convolution with a constant kernel. */
function subsample(x: Tensor, strides: number, channels: number): Tensor {
  const before = x.shape[3] as number
  const identity = Float32Array.from({ length: before * channels }, (_, i) =>
    Math.floor(i / channels) === i % channels ? 1 : 0,
  )
  return conv2d(x as Tensor4D, tensor4d(identity, [1, 1, before, channels]), strides, 'same')
}
