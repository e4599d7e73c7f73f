/**
 * Images per CPU second of training a Mini network (forward, backward, optimiser), on every backend that works here.
 *
 *   node build/bench/training/training.js [--dataset mini-cnn] [--steps 60]
 */
import { parseArgs } from 'node:util'
import type { BackendName } from '../../src/config.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import { createLayerActivation } from '../../src/networks/layers/layer-activation.js'
import { getImageTask, getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { createParameters, disposeNetworkState, openNetworkState } from '../../src/networks/training/network-state.js'
import { createOptimizerState } from '../../src/networks/training/optimizer.js'
import { computeLogits, pickBatch, runTrainingStep } from '../../src/networks/training/training-step.js'

const BACKENDS: BackendName[] = ['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm']
const EXPRESSIONS = [
  ...['relu(x)', 'swish(x)', 'mul(erf(x),bessel_i0e(x))', 'max(mul(0.25,x),x)', 'mul(x,sigmoid(mul(1.5,x)))'],
  // The last two with learnable parameters.
  ...['max(mul(param(0.25),x),x)', 'mul(x,sigmoid(mul(param(1.5),x)))'],
]
const WARM_UP_STEPS = 10

const { values } = parseArgs({
  options: { dataset: { type: 'string', default: 'mini-cnn' }, steps: { type: 'string', default: '60' } },
})
const steps = Number(values.steps)
const dataset = getTrainableDataset(values.dataset)
const { network, recipe } = dataset
const { train } = getImageTask(dataset)
const batch = pickBatch(
  train,
  Uint32Array.from({ length: recipe.batchSize }, (_, i) => i),
)
console.log(`${dataset.name} ${dataset.version}, batch ${recipe.batchSize}, ${steps} steps after ${WARM_UP_STEPS}`)

for (const preference of BACKENDS) {
  const backend = await openBackend(preference).catch((error: Error) => {
    console.log(error.message)
    return null
  })
  if (!backend) continue
  console.log(`${backend.name} (${backend.softwareVersion}, ${backend.device})`)
  for (const expression of EXPRESSIONS) {
    const activation = createLayerActivation(
      expression,
      recipe.normalizesActivation,
      recipe.derivativeForms ?? 'FIRST',
      'per layer',
    )
    const state = openNetworkState(createParameters(network, 0, recipe.gain, activation))
    const optimizer = createOptimizerState(state.weights.size)
    const step = () => runTrainingStep(network, activation, state, optimizer, recipe.optimizer, batch, 0.001)
    const evaluate = () => computeLogits(network, activation, state, batch.inputs, recipe.batchSize)
    const [training, evaluation] = [await imagesPerCpuSecond(step), await imagesPerCpuSecond(evaluate)]
    console.log(
      `  ${expression.padEnd(34)} training ${training.toFixed(0)}, evaluation ${evaluation.toFixed(0)} images/CPU s`,
    )
    disposeNetworkState(state)
    optimizer.firstMoment.dispose()
    optimizer.secondMoment.dispose()
  }
  backend.close()
}

/** The best of three rounds, because other work on the machine can only slow a round down. */
async function imagesPerCpuSecond(run: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < WARM_UP_STEPS; i++) await run()
  let best = 0
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage()
    for (let i = 0; i < steps; i++) await run()
    const { user, system } = process.cpuUsage(before)
    best = Math.max(best, (steps * recipe.batchSize) / ((user + system) / 1e6))
  }
  return best
}
