/**
 * Images per CPU second of training steps and of evaluation on one backend: one line of JSON for each Mini network and
 * function. `bench/training/backends.ts` runs this program once for each backend and round.
 *
 *   node build/bench/training/measure-backend.js wasm [--steps 40]
 */
import { parseArgs } from 'node:util'
import type { BackendName } from '../../src/config.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import { createLayerActivation } from '../../src/networks/layers/layer-activation.js'
import type { TrainableDataset } from '../../src/networks/recipes/trainable-dataset.js'
import { getImageTask, TRAINABLE_DATASETS } from '../../src/networks/recipes/trainable-datasets.js'
import { createParameters, disposeNetworkState, openNetworkState } from '../../src/networks/training/network-state.js'
import { createOptimizerState } from '../../src/networks/training/optimizer.js'
import { computeLogits, pickBatch, runTrainingStep } from '../../src/networks/training/training-step.js'
import type { Measurement } from '../measurement.js'

const EXPRESSIONS = ['relu(x)', 'swish(x)', 'mul(erf(x),bessel_i0e(x))']
const WARM_UP_STEPS = 10

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { steps: { type: 'string', default: '40' } },
})
const steps = Number(values.steps)
const backend = await openBackend(positionals[0] as BackendName)
for (const dataset of TRAINABLE_DATASETS.values()) {
  if (!dataset.name.startsWith('mini-')) continue
  for (const expression of EXPRESSIONS) console.log(JSON.stringify(await measure(dataset, expression)))
}
backend.close()

async function measure({ network, recipe, ...dataset }: TrainableDataset, expression: string): Promise<Measurement> {
  const { train } = getImageTask({ network, recipe, ...dataset })
  const { batchSize } = recipe
  const batch = pickBatch(
    train,
    Uint32Array.from({ length: batchSize }, (_, i) => i),
  )
  const activation = createLayerActivation(expression, recipe.normalizesActivation)
  const state = openNetworkState(createParameters(network, 0, recipe.gain))
  const optimizer = createOptimizerState(state.weights.size)
  const rate = (seconds: number) => (steps * batchSize) / seconds
  const training = rate(
    await cpuSeconds(() => runTrainingStep(network, activation, state, optimizer, recipe.optimizer, batch, 0.001)),
  )
  const evaluation = rate(await cpuSeconds(() => computeLogits(network, activation, state, batch.inputs, batchSize)))
  const weights = state.weights.size
  disposeNetworkState(state)
  optimizer.firstMoment.dispose()
  optimizer.secondMoment.dispose()
  return {
    by: backend.name,
    software: backend.softwareVersion,
    network: network.name,
    expression,
    weights,
    batchSize,
    training,
    evaluation,
  }
}

async function cpuSeconds(run: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < WARM_UP_STEPS; i++) await run()
  const before = process.cpuUsage()
  for (let i = 0; i < steps; i++) await run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}
