import { add, engine, type Tensor, type Tensor2D, tensor, tensor2d, tidy, zerosLike } from '@tensorflow/tfjs-core'
import { createRandom } from '../../numeric/random.js'
import type { LayerActivation } from '../layers/activation-op.js'
import { meanCrossEntropy, toOneHot } from '../layers/cross-entropy.js'
import { createLayerActivation } from '../layers/layer-activation.js'
import { createLayerOps, type WeightedLayer } from '../layers/layer-ops.js'
import type { Parameter } from '../layers/parameters.js'
import type { Network } from '../network.js'
import type { TrainableDataset } from '../recipes/trainable-dataset.js'
import { getImageTask, getTrainableDataset } from '../recipes/trainable-datasets.js'
import type { LayerCapture } from './layer-capture.js'
import { createParameters, disposeNetworkState, openNetworkState, splitWeights } from './network-state.js'
import { type Batch, pickBatch, readerOf } from './training-step.js'

/**
 * Inputs and output gradients of every weighted layer of a dataset's network for one batch at initialisation, in the order
 * of the forward pass. Batch and initial weights depend only on the dataset, so captures of two functions differ only
 * because of the function. A backend must be open. Throws NOT_FOUND for an unknown dataset and INVALID_EXPRESSION for a bad
 * expression. `tasksFolder`: see `trainNetwork`.
 */
export async function captureInitialLayers(
  named: string | TrainableDataset,
  expression: string,
  tasksFolder?: string,
): Promise<LayerCapture[]> {
  const dataset = typeof named === 'string' ? getTrainableDataset(named) : named
  const { network, recipe, fisher } = dataset
  const activation = createLayerActivation(expression, recipe.normalizesActivation, recipe.derivativeForms ?? 'FIRST')
  const { train } = getImageTask(dataset, tasksFolder)
  const order = createRandom(fisher.seed, 'fisher batch').permutation(train.count)
  const batch = pickBatch(train, order.subarray(0, fisher.batchSize))
  return captureLayers(network, createParameters(network, fisher.seed, recipe.gain), activation, batch)
}

/**
 * Inputs and output gradients of every weighted layer of a network with these parameters for a batch, in inference mode. The
 * gradient of a layer's output is that of a tensor of zeros that is added to it. Values that are not finite are kept.
 */
export async function captureLayers(
  network: Network,
  parameters: readonly Parameter[],
  activation: LayerActivation,
  batch: Batch,
): Promise<LayerCapture[]> {
  const state = openNetworkState(parameters)
  const layers: WeightedLayer[] = []
  const captured = tidy(() => {
    const inputs: Tensor[] = []
    const zeros: Tensor[] = []
    const batchInputs = tensor(batch.inputs, [batch.labels.length, ...network.inputShape])
    const labels = tensor2d(toOneHot(batch.labels, network.classes), [batch.labels.length, network.classes])
    const parameter = readerOf(state, splitWeights(state))
    const options = { parameter, activation, mode: 'inference' } as const
    const record = (layer: WeightedLayer, input: Tensor, output: Tensor) => {
      layers.push(layer)
      inputs.push(input)
      zeros.push(zerosLike(output))
      return output
    }
    network.forward(createLayerOps({ ...options, differentiable: false, onWeightedLayer: record }), batchInputs)
    const loss = () => {
      let next = 0
      const addZeros = (_layer: WeightedLayer, _input: Tensor, output: Tensor) => add(output, zeros[next++])
      const ops = createLayerOps({ ...options, differentiable: true, onWeightedLayer: addZeros })
      return meanCrossEntropy(network.forward(ops, batchInputs) as Tensor2D, labels)
    }
    // A layer whose output is not used has no gradient; it counts as zeros.
    const { grads } = engine().gradients(loss, zeros, undefined, true)
    return { inputs, gradients: zeros.map((zero, i) => grads[i] ?? zerosLike(zero)) }
  })
  const captures: LayerCapture[] = []
  for (const [i, layer] of layers.entries()) {
    const input = captured.inputs[i]
    const gradient = captured.gradients[i]
    captures.push({
      ...layer,
      input: (await input.data()) as Float32Array,
      inputShape: input.shape,
      outputGradient: (await gradient.data()) as Float32Array,
      outputGradientShape: gradient.shape,
    })
  }
  for (const tensor of [...captured.inputs, ...captured.gradients]) tensor.dispose()
  disposeNetworkState(state)
  return captures
}
