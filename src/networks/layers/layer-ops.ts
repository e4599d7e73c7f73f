import {
  add,
  engine,
  mul,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core'
import type { Random } from '../../numeric/random.js'
import type { BatchNormOptions, Conv2dOptions, DepthwiseConv2dOptions, NetworkOps } from '../network.js'
import { applyActivation, type LayerActivation } from './activation-op.js'
import { normalizeBatch, normalizeByMoments } from './batch-normalization.js'
import { drawDropoutMask } from './dropout.js'
import { normalizeLayer } from './layer-normalization.js'
import { applyLearnable, isLearnable } from './learnable-activation.js'
import type { InitialValue } from './parameters.js'
import { WEIGHTLESS_OPS } from './weightless-ops.js'

/** A weighted layer while it runs, as an observer sees it. */
export interface WeightedLayer {
  name: string
  kind: 'conv2d' | 'depthwise_conv2d' | 'dense'
  weights: number
  bias: boolean
  kernelSize?: [number, number]
  strides?: [number, number]
  padding?: 'same' | 'valid'
}

export interface LayerOpsOptions {
  /** Returns the parameter of this name. The caller decides whether it is created, read or differentiated. */
  parameter(name: string, shape: number[], initial: InitialValue, trainable: boolean): Tensor
  activation: LayerActivation
  /** In training, batches are normalised by their own moments, and `onBatchMoments` receives these. */
  mode: 'training' | 'inference'
  /** The random stream of dropout in training. Without it, nothing is dropped. */
  random?: Random
  /** Whether gradients will be computed. */
  differentiable: boolean
  onBatchMoments?(layer: string, mean: Tensor1D, variance: Tensor1D): void
  /** Receives every weighted layer. Its result replaces the layer's output. */
  onWeightedLayer?(layer: WeightedLayer, input: Tensor, output: Tensor): Tensor
}

/** The layers, on the open backend. */
export function createLayerOps(options: LayerOpsOptions): NetworkOps<Tensor> {
  const { parameter, activation, mode, differentiable } = options
  const watch = options.onWeightedLayer ?? ((_layer: WeightedLayer, _input: Tensor, output: Tensor) => output)
  const biasOf = (name: string, length: number, wanted: boolean) =>
    wanted ? parameter(`${name}/bias`, [length], { kind: 'constant', value: 0 }, true) : undefined

  function conv2d(name: string, x: Tensor, layer: Conv2dOptions): Tensor {
    const { filters, kernelSize: size, strides = 1, padding = 'same', bias: hasBias = true } = layer
    const channels = x.shape[3] as number
    const fanIn = size * size * channels
    const filter = parameter(`${name}/kernel`, [size, size, channels, filters], { kind: 'kernel', fanIn }, true)
    const bias = biasOf(name, filters, hasBias)
    const output = runFused(
      'FusedConv2D',
      { x, filter, bias },
      { ...convAttrs(strides, padding), activation: 'linear' },
    )
    return watch(describeConv('conv2d', name, filter, layer), x, output)
  }

  function depthwiseConv2d(name: string, x: Tensor, layer: DepthwiseConv2dOptions): Tensor {
    const { kernelSize: size, strides = 1, padding = 'same', bias: hasBias = true } = layer
    const channels = x.shape[3] as number
    const shape = [size, size, channels, 1]
    const filter = parameter(`${name}/kernel`, shape, { kind: 'kernel', fanIn: size * size }, true)
    const bias = biasOf(name, channels, hasBias)
    const attrs = convAttrs(strides, padding)
    const plain = engine().runKernel('DepthwiseConv2dNative', { x, filter }, attrs) as Tensor
    const output = bias ? add(plain, bias) : plain
    return watch(describeConv('depthwise_conv2d', name, filter, layer), x, output)
  }

  function dense(name: string, x: Tensor, { units, bias: hasBias = true }: { units: number; bias?: boolean }): Tensor {
    const features = x.shape[x.shape.length - 1]
    const kernel = parameter(`${name}/kernel`, [features, units], { kind: 'kernel', fanIn: features }, true)
    const bias = biasOf(name, units, hasBias)
    const a = reshape(x, [1, -1, features])
    const b = reshape(kernel, [1, features, units])
    const attrs = { transposeA: false, transposeB: false }
    const product = bias
      ? runFused('_FusedMatMul', { a, b, bias }, { ...attrs, activation: 'linear' })
      : (engine().runKernel('BatchMatMul', { a, b }, attrs) as Tensor)
    const output = reshape(product, [...x.shape.slice(0, -1), units])
    return watch({ name, kind: 'dense', weights: kernel.size + (hasBias ? units : 0), bias: hasBias }, x, output)
  }

  const vector = (name: string, length: number, value: number, trainable: boolean) =>
    parameter(name, [length], { kind: 'constant', value }, trainable) as Tensor1D

  function batchNorm(name: string, x: Tensor, { initialScale = 1 }: BatchNormOptions = {}): Tensor {
    const channels = x.shape[x.shape.length - 1]
    const scale = vector(`${name}/scale`, channels, initialScale, true)
    const offset = vector(`${name}/offset`, channels, 0, true)
    const mean = vector(`${name}/mean`, channels, 0, false)
    const variance = vector(`${name}/variance`, channels, 1, false)
    if (mode === 'inference') return normalizeByMoments(x, scale, offset, mean, variance)
    const normalized = normalizeBatch(x, scale, offset)
    options.onBatchMoments?.(name, normalized.mean, normalized.variance)
    return normalized.value
  }

  function layerNorm(name: string, x: Tensor): Tensor {
    const width = x.shape[x.shape.length - 1]
    return normalizeLayer(x, vector(`${name}/scale`, width, 1, true), vector(`${name}/offset`, width, 0, true))
  }

  function addPositions(name: string, x: Tensor): Tensor {
    return add(x, parameter(`${name}/positions`, x.shape.slice(1), { kind: 'constant', value: 0 }, true))
  }

  function dropout(x: Tensor, rate: number): Tensor {
    if (mode === 'inference' || !options.random) return x
    return mul(x, drawDropoutMask(x.shape, rate, options.random))
  }

  let activations = 0
  function activate(x: Tensor): Tensor {
    if (!isLearnable(activation)) return applyActivation(x, activation, differentiable)
    const { parameters, isPerChannel } = activation.learnable
    const rows = parameters.map(({ initial }) => initial)
    const shape = [rows.length, isPerChannel ? x.shape[x.shape.length - 1] : 1]
    const name = `activation${++activations}/parameters`
    const values = parameter(name, shape, { kind: 'activation', rows }, true) as Tensor2D
    return applyLearnable(x, values, activation, differentiable)
  }

  return {
    ...WEIGHTLESS_OPS,
    conv2d,
    depthwiseConv2d,
    dense,
    batchNorm,
    layerNorm,
    addPositions,
    dropout,
    activation: activate,
  }
}

function runFused(kernel: string, inputs: Record<string, Tensor | undefined>, attrs: NamedAttrMap): Tensor {
  const given = Object.entries(inputs).filter((entry): entry is [string, Tensor] => entry[1] !== undefined)
  return engine().runKernel(kernel, Object.fromEntries(given) as NamedTensorMap, attrs) as Tensor
}

function convAttrs(strides: number, padding: 'same' | 'valid'): NamedAttrMap {
  return { strides: [strides, strides], pad: padding, dataFormat: 'NHWC', dilations: [1, 1] }
}

function describeConv(
  kind: 'conv2d' | 'depthwise_conv2d',
  name: string,
  filter: Tensor,
  { kernelSize, strides = 1, padding = 'same', bias = true }: DepthwiseConv2dOptions,
): WeightedLayer {
  const outputs = filter.shape[kind === 'conv2d' ? 3 : 2] as number
  return {
    name,
    kind,
    weights: filter.size + (bias ? outputs : 0),
    bias,
    kernelSize: [kernelSize, kernelSize],
    strides: [strides, strides],
    padding,
  }
}
