/**
 * Images per second of wall time in training steps (forward, backward, optimiser) on one backend, for the published
 * networks on random pictures of the right shape. Prints a line of JSON for each network, batch size and function, with
 * the loss on the batch before and after. The loss must fall: a card that computes nonsense is not fast.
 *
 *   node build/bench/training/graphics-card.js webgpu [--networks all-cnn-c,resnet-56,mobilevitv2-0.5] [--batches 128,1024] [--steps 40]
 *     [--functions 'relu(x);swish(x)'] [--warm-up 10]
 *     [--ahead 3] [--pictures card]     as a training does: steps start before the metrics of the last are read
 *     [--no-replay]                     every step recorded again, to measure what a replay saves
 *   python3 bench/peers/pytorch_steps.py      the same All-CNN-C in PyTorch, on the same card
 */
import { parseArgs } from 'node:util'
import type { BackendName } from '../../src/config.js'
import { createAllCnnC } from '../../src/networks/architectures/all-cnn-c.js'
import { createMobilevitV2 } from '../../src/networks/architectures/mobilevit-v2.js'
import { createResnet56 } from '../../src/networks/architectures/resnet-56.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import type { Replay } from '../../src/networks/kernels/replay.js'
import { openCardPictures } from '../../src/networks/kernels/webgpu/card-pictures.js'
import { createLayerActivation } from '../../src/networks/layers/layer-activation.js'
import type { Network } from '../../src/networks/network.js'
import { createParameters, disposeNetworkState, openNetworkState } from '../../src/networks/training/network-state.js'
import { createOptimizerState } from '../../src/networks/training/optimizer.js'
import { type StartedStep, startTrainingStep } from '../../src/networks/training/training-step.js'
import { createRandom } from '../../src/numeric/random.js'

const NETWORKS: Readonly<Record<string, () => Network>> = {
  'all-cnn-c': createAllCnnC,
  'resnet-56': createResnet56,
  'mobilevitv2-0.5': () => createMobilevitV2({ size: 256, classes: 10 }),
}
const EXPRESSIONS = 'relu(x);swish(x);mul(erf(x),bessel_i0e(x))'
/** A gradient that is recorded again at each step. */
const NO_REPLAY: Replay = { run: (_inputs, compute) => compute(), dispose() {} }
const OPTIMIZER = { momentum: 0.9, clipNorm: 5, weightDecay: 0 }
const LEARNING_RATE = 0.01

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    networks: { type: 'string', default: 'all-cnn-c,resnet-56' },
    batches: { type: 'string', default: '128,1024' },
    steps: { type: 'string', default: '40' },
    'warm-up': { type: 'string', default: '10' },
    functions: { type: 'string', default: EXPRESSIONS },
    ahead: { type: 'string', default: '0' },
    pictures: { type: 'string', default: 'host' },
    'no-replay': { type: 'boolean', default: false },
  },
})
const steps = Number(values.steps)
const warmUpSteps = Number(values['warm-up'])
const backend = await openBackend((positionals[0] ?? 'auto') as BackendName)
console.error(`${backend.name}, ${backend.device}: ${backend.reason}`)
for (const name of values.networks.split(',')) {
  const create = NETWORKS[name]
  if (!create) throw new Error(`expected networks among ${Object.keys(NETWORKS).join(', ')}, got ${name}`)
  for (const batchSize of values.batches.split(',').map(Number)) {
    for (const expression of values.functions.split(';'))
      console.log(JSON.stringify(await measure(create(), batchSize, expression)))
  }
}
backend.close()

async function measure(network: Network, batchSize: number, expression: string) {
  const activation = createLayerActivation(expression, true)
  const state = openNetworkState(createParameters(network, 0, 1))
  if (values['no-replay']) state.gradient = NO_REPLAY
  const optimizer = createOptimizerState(state.weights.size, OPTIMIZER)
  const random = createRandom(0, 'pictures')
  const pictureSize = network.inputShape.reduce((product, size) => product * size, 1)
  const batch = {
    inputs: Float32Array.from({ length: batchSize * pictureSize }, () => random.normal()),
    labels: Uint8Array.from({ length: batchSize }, () => random.integer(network.classes)),
  }
  const all = Array.from(batch.labels, (_, i) => i)
  const pictures =
    values.pictures === 'card'
      ? openCardPictures({
          count: batchSize,
          shape: network.inputShape,
          read: (indices) => pick(batch.inputs, pictureSize, indices),
        })
      : null
  let hostMilliseconds = 0
  const onTheWay: StartedStep[] = []
  const losses: (number | null)[] = []
  const settle = async () => {
    const metrics = await onTheWay.shift()?.settle()
    losses.push(metrics ? metrics.lossSum / batchSize : null)
  }
  const run = async (from: number, count: number) => {
    for (let index = from; index < from + count; index++) {
      const started = performance.now()
      const inputs = pictures ? pictures.take(all, null) : batch.inputs
      const random = createRandom(0, 'dropout', index)
      const given = { ...batch, inputs, random }
      onTheWay.push(startTrainingStep(network, activation, state, optimizer, OPTIMIZER, given, LEARNING_RATE))
      // Until here the host has sent the step to the card; it has waited for nothing.
      hostMilliseconds += performance.now() - started
      if (onTheWay.length > Number(values.ahead)) await settle()
    }
    while (onTheWay.length > 0) await settle()
  }
  await run(0, warmUpSteps)
  hostMilliseconds = 0
  const started = performance.now()
  const before = process.cpuUsage()
  await run(warmUpSteps, steps)
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(before)
  disposeNetworkState(state)
  optimizer.firstMoment.dispose()
  optimizer.secondMoment.dispose()
  pictures?.dispose()
  return {
    by: backend.name,
    device: backend.device,
    network: network.name,
    batchSize,
    expression,
    imagesPerSecond: Math.round((steps * batchSize) / seconds),
    millisecondsPerStep: Number(((1000 * seconds) / steps).toFixed(2)),
    hostMillisecondsPerStep: Number((hostMilliseconds / steps).toFixed(2)),
    cpuMillisecondsPerStep: Number(((user + system) / 1000 / steps).toFixed(2)),
    firstLoss: losses[0],
    lastLoss: losses[losses.length - 1],
  }
}

/** Pictures of `length` numbers, from the first to the last of these indices. */
function pick(inputs: Float32Array, length: number, indices: ArrayLike<number>): Float32Array {
  return inputs.subarray(indices[0] * length, (indices[indices.length - 1] + 1) * length)
}
