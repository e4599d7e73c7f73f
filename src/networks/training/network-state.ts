import {
  concat,
  engine,
  getBackend,
  getKernel,
  keep,
  type NamedAttrMap,
  reshape,
  split,
  type Tensor,
  type Tensor1D,
  tensor,
  tensor1d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { createReplay, type Replay } from '../kernels/replay.js'
import { createCardReplay } from '../kernels/webgpu/card-replay.js'
import type { LayerActivation } from '../layers/activation-op.js'
import { createLayerActivation } from '../layers/layer-activation.js'
import { createLayerOps } from '../layers/layer-ops.js'
import { initialParameter, JOIN_VECTOR, type Parameter, SPLIT_VECTOR } from '../layers/parameters.js'
import type { Network } from '../network.js'
import { disposeMoments, type RecentMoments } from './batch-statistics.js'

/** The parameters of a network on the open backend. */
export interface NetworkState {
  /** Name and shape of each trainable parameter, in the order of the forward pass. */
  trainable: { name: string; shape: number[]; ofActivation?: true }[]
  /** All trainable numbers, concatenated. */
  weights: Tensor1D
  /** 1 for each number with weight decay, and 0 for parameters of the activation; null without any. */
  decayMask: Tensor1D | null
  /** The moments that batch normalisation uses in inference, by name. */
  fixed: Map<string, Tensor1D>
  /** The moments of recent batches, from which `fixed` is set at the end of an epoch. */
  recentMoments: RecentMoments
  /** The gradient of a batch, which is the same computation at each step. */
  gradient: Replay
}

const IDENTITY = createLayerActivation('x', false)

/**
 * The parameters of a network before training, in the order of its layers. `gain`: see `initialParameter`. Those of the
 * activation are among them only if it is given.
 */
export function createParameters(
  network: Network,
  seed: number,
  gain: number,
  activation: LayerActivation = IDENTITY,
): Parameter[] {
  const parameters: Parameter[] = []
  tidy(() => {
    const ops = createLayerOps({
      parameter(name, shape, initial, trainable) {
        if (parameters.some((known) => known.name === name))
          throw new Error(`${name}: expected a different name for each layer, got it twice`)
        const values = initialParameter(seed, name, shape, initial, gain)
        parameters.push({
          name,
          shape,
          values,
          trainable,
          ...(initial.kind === 'activation' && { ofActivation: true }),
        })
        return tensor(values, shape)
      },
      // Only the shapes matter here.
      activation: activation.learnable ? activation : IDENTITY,
      mode: 'inference',
      differentiable: false,
    })
    network.forward<Tensor>(ops, zeros([1, ...network.inputShape]))
  })
  return parameters
}

/** Uploads parameters to the open backend; `disposeNetworkState` releases them. */
export function openNetworkState(parameters: readonly Parameter[]): NetworkState {
  const trainable = parameters.filter((parameter) => parameter.trainable)
  const fixed = parameters.filter((parameter) => !parameter.trainable)
  const flat = new Float32Array(trainable.reduce((sum, { values }) => sum + values.length, 0))
  let offset = 0
  for (const { values } of trainable) {
    flat.set(values, offset)
    offset += values.length
  }
  return {
    trainable: trainable.map(({ values: _, trainable: __, ...rest }) => rest),
    weights: tensor1d(flat),
    decayMask: trainable.some(({ ofActivation }) => ofActivation) ? createDecayMask(trainable) : null,
    fixed: new Map(fixed.map(({ name, values }) => [name, keep(tensor1d(values))])),
    recentMoments: [],
    gradient: getBackend() === 'webgpu' ? createCardReplay() : createReplay(),
  }
}

function createDecayMask(trainable: readonly Parameter[]): Tensor1D {
  return tensor1d(trainable.flatMap(({ values, ofActivation }) => Array.from(values, () => (ofActivation ? 0 : 1))))
}

export function disposeNetworkState(state: NetworkState): void {
  state.decayMask?.dispose()
  state.weights.dispose()
  for (const tensor of state.fixed.values()) tensor.dispose()
  disposeMoments(state.recentMoments)
  state.gradient.dispose()
}

/** The trainable parameters as tensors of their shapes, in order. The caller disposes them. */
export function splitWeights(state: NetworkState): Tensor[] {
  if (getKernel(SPLIT_VECTOR, getBackend())) {
    const attrs = { shapes: state.trainable.map(({ shape }) => shape) }
    return engine().runKernel(SPLIT_VECTOR, { vector: state.weights }, attrs as unknown as NamedAttrMap) as Tensor[]
  }
  return tidy(() => {
    const sizes = state.trainable.map(({ shape }) => shape.reduce((product, length) => product * length, 1))
    return split(state.weights, sizes).map((part, i) => reshape(part, state.trainable[i].shape))
  })
}

/** The inverse of `splitWeights`: one vector from tensors in the order of `state.trainable`. */
export function joinWeights(parts: readonly Tensor[]): Tensor1D {
  if (getKernel(JOIN_VECTOR, getBackend())) {
    const inputs = Object.fromEntries(parts.map((part, i) => [`part${i}`, part]))
    return engine().runKernel(JOIN_VECTOR, inputs) as Tensor1D
  }
  return tidy(() => concat(parts.map((part) => reshape(part, [-1]) as Tensor1D)))
}

/** Copies the parameters to the host: first the trainable ones, then the fixed ones. */
export async function readParameters(state: NetworkState): Promise<Parameter[]> {
  const flat = (await state.weights.data()) as Float32Array
  const parameters: Parameter[] = []
  let offset = 0
  for (const described of state.trainable) {
    const size = described.shape.reduce((product, length) => product * length, 1)
    parameters.push({ ...described, values: flat.slice(offset, offset + size), trainable: true })
    offset += size
  }
  for (const [name, value] of state.fixed) {
    const values = (await value.data()) as Float32Array
    parameters.push({ name, shape: value.shape, values, trainable: false })
  }
  return parameters
}
