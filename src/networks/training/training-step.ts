import {
  dispose,
  engine,
  keep,
  reshape,
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import type { Random } from '../../numeric/random.js'
import type { LayerActivation } from '../layers/activation-op.js'
import { type BatchMetrics, computeBatchMetrics, meanCrossEntropy, toOneHot } from '../layers/cross-entropy.js'
import { createLayerOps } from '../layers/layer-ops.js'
import type { Network } from '../network.js'
import type { OptimizerOptions } from '../optimizer-options.js'
import type { ImageSplit } from '../tasks/image-task.js'
import { type BatchMoments, disposeMoments, rememberMoments } from './batch-statistics.js'
import { joinWeights, type NetworkState, splitWeights } from './network-state.js'
import { type Gradient, type OptimizerState, optimize, skipsByItself, sumOfSquares } from './optimizer.js'

/** Concatenated inputs of the network's shape, and their classes. */
export interface Batch {
  inputs: Float32Array
  labels: Uint8Array
  /** Chooses the values that dropout drops. */
  random?: Random
}

/** A batch that the step may find on the card. It disposes the tensor. */
export interface TrainingBatch extends Omit<Batch, 'inputs'> {
  inputs: Float32Array | Tensor
}

/**
 * One step of the optimiser on one batch. Replaces the tensors in `state` and `optimizer`, and returns the metrics of the
 * batch before the step. Inference uses the moments of the batches after `settleBatchStatistics`. If the loss or the
 * gradient is not finite, the step is skipped and the result is null: a function with a pole or with steep tails may
 * overflow on a single picture.
 */
export function runTrainingStep(...step: StepArguments): Promise<BatchMetrics | null> {
  return startTrainingStep(...step).settle()
}

type StepArguments = [
  network: Network,
  activation: LayerActivation,
  state: NetworkState,
  optimizer: OptimizerState,
  options: OptimizerOptions,
  batch: TrainingBatch,
  learningRate: number,
]

/** A step on its way. */
export interface StartedStep {
  /** Waits for its metrics, null if it was skipped. To be called once for each step, in the order of the steps. */
  settle(): Promise<BatchMetrics | null>
}

/**
 * Starts a step. If `skipsByItself` of the optimiser says so, others may be started before it is settled, and a card does not
 * wait for the host between them.
 */
export function startTrainingStep(
  ...[network, activation, state, optimizer, options, batch, learningRate]: StepArguments
): StartedStep {
  const { logits, gradient, moments } = differentiate(network, activation, state, batch)
  const update = (): void => {
    const next = optimize(options, optimizer, state.weights, gradient, learningRate, state.decayMask)
    dispose([state.weights, optimizer.firstMoment, optimizer.secondMoment])
    state.weights = next.weights
    Object.assign(optimizer, next.state)
  }
  // Read together, so that the host waits for a graphics card only once.
  const read = Promise.all([logits.data<'float32'>(), gradient.squares.data()])
  const isUpdated = skipsByItself(options, state.decayMask)
  if (isUpdated) update()
  return {
    async settle() {
      const [values, [squares]] = await read
      const metrics = computeBatchMetrics(values, batch.labels, network.classes)
      const isUsable = Number.isFinite(squares) && Number.isFinite(metrics.lossSum)
      if (isUsable) {
        if (!isUpdated) update()
        rememberMoments(state.recentMoments, moments)
      } else {
        if (isUpdated) optimizer.steps--
        disposeMoments([moments])
      }
      dispose([logits, gradient.values, gradient.squares])
      return isUsable ? metrics : null
    },
  }
}

/** Logits of a batch, the gradient of its loss, and the moments of the layers that normalise batches. */
function differentiate(
  network: Network,
  activation: LayerActivation,
  state: NetworkState,
  batch: TrainingBatch,
): { logits: Tensor; gradient: Gradient; moments: BatchMoments[] } {
  const shape = [batch.labels.length, ...network.inputShape]
  const given = batch.inputs
  const inputs = given instanceof Float32Array ? tensor(given, shape) : reshape(given, shape)
  if (!(given instanceof Float32Array)) given.dispose()
  const labels = tensor2d(toOneHot(batch.labels, network.classes), [batch.labels.length, network.classes])
  const compute = (): Tensor[] => {
    const moments: BatchMoments[] = []
    const results = tidy(() => {
      const parts = splitWeights(state)
      let kept: Tensor2D | undefined
      const loss = (): Scalar => {
        const logits = network.forward(opsOf(state, parts, activation, batch.random, moments), inputs) as Tensor2D
        kept = keep(logits)
        return meanCrossEntropy(logits, labels)
      }
      const { grads } = engine().gradients(loss, parts)
      const gradient = joinWeights(grads)
      return [kept as Tensor2D, gradient, sumOfSquares(gradient, kept)]
    })
    return [...results, ...moments.flatMap(({ mean, variance }) => [mean, variance])]
  }
  const [logits, values, squares, ...moments] = state.gradient.run(
    [inputs, labels, state.weights],
    compute,
    batch.random,
  )
  dispose([inputs, labels])
  const gradient = { values: values as Tensor1D, squares: squares as Scalar }
  return { logits, gradient, moments: toMoments(state, moments) }
}

/** Mean and variance of each layer, in the order of the forward pass, which is that of the parameters. */
function toMoments(state: NetworkState, tensors: readonly Tensor[]): BatchMoments[] {
  const layers = [...state.fixed.keys()].filter((name) => name.endsWith('/mean')).map((name) => name.slice(0, -5))
  return layers.map((layer, i) => {
    const [mean, variance] = tensors.slice(2 * i, 2 * i + 2) as Tensor1D[]
    return { layer, mean, variance }
  })
}

/** The pictures with these numbers, as a batch. */
export function pickBatch(split: ImageSplit, indices: Uint32Array): Batch {
  return { inputs: split.read(indices), labels: pickLabels(split, indices) }
}

export function pickLabels({ labels }: ImageSplit, indices: Uint32Array): Uint8Array {
  return Uint8Array.from(indices, (index) => labels[index])
}

/** Logits of a batch in inference mode, on the host. */
export async function computeLogits(
  network: Network,
  activation: LayerActivation,
  state: NetworkState,
  inputs: Float32Array,
  count: number,
): Promise<Float32Array> {
  const logits = tidy(() => {
    const parts = splitWeights(state)
    const ops = createLayerOps({
      parameter: readerOf(state, parts),
      activation,
      mode: 'inference',
      differentiable: false,
    })
    return network.forward<Tensor>(ops, tensor(inputs, [count, ...network.inputShape]))
  })
  const values = (await logits.data()) as Float32Array
  logits.dispose()
  return values
}

/** Returns the parameters of a state to layers by name. */
export function readerOf(state: NetworkState, parts: readonly Tensor[]): (name: string) => Tensor {
  const byName = new Map<string, Tensor>(state.fixed)
  state.trainable.forEach(({ name }, i) => void byName.set(name, parts[i]))
  return (name) => {
    const found = byName.get(name)
    if (!found) throw new Error(`parameter ${name}: the network does not have it`)
    return found
  }
}

function opsOf(
  state: NetworkState,
  parts: readonly Tensor[],
  activation: LayerActivation,
  random: Random | undefined,
  moments: BatchMoments[],
) {
  return createLayerOps({
    parameter: readerOf(state, parts),
    activation,
    mode: 'training',
    random,
    differentiable: true,
    onBatchMoments: (layer, mean, variance) => moments.push({ layer, mean: keep(mean), variance: keep(variance) }),
  })
}
