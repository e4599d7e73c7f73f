/**
 * Shows whether the published networks learn: trains a whole network with its recipe for a few steps on the processor. Prints loss
 * and accuracy of the batches and of held-out pictures every 50 steps, and adds a line of JSON for each function to a
 * file. Functions that the file has with the same settings are skipped, so a stopped command is repeated to continue.
 *
 *   node build/bench/training/published-recipes.js --dataset act-bench-cnn --task fashion --out published.jsonl
 *     [--functions 'relu(x);swish(x)'] [--steps 200] [--batch 16] [--held-out 500] [--seed 0] [--width 0.25] [--originals FOLDER] [--recipe '{"learningRate":0.1}']
 *
 * The rate rises within half of the steps at most and then stays at the recipe's highest, where the whole recipe is for
 * most of its epochs. Batches are smaller than the recipe's. Everything else is that of the recipe. The pictures of
 * act-bench-vit are 64 × 64 instead of 256 × 256, and its shifts are a quarter. `--width` multiplies the filters of the
 * other two networks.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createAllCnnC } from '../../src/networks/architectures/all-cnn-c.js'
import { createMobilevitV2 } from '../../src/networks/architectures/mobilevit-v2.js'
import { createResnet56 } from '../../src/networks/architectures/resnet-56.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import type { DescribedNetwork } from '../../src/networks/description/create-described-network.js'
import { createLayerActivation } from '../../src/networks/layers/layer-activation.js'
import { computeLearningRate, type Recipe } from '../../src/networks/recipe.js'
import type { TrainableDataset } from '../../src/networks/recipes/trainable-dataset.js'
import { getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { pickSplit } from '../../src/networks/tasks/image-task.js'
import { createParameters, disposeNetworkState, openNetworkState } from '../../src/networks/training/network-state.js'
import { createOptimizerState } from '../../src/networks/training/optimizer.js'
import { evaluate, type Metrics, type Run, trainEpoch } from '../../src/networks/training/training-epoch.js'
import type { PublishedTrial, TrialPoint } from './published-trial.js'
import { BASELINES } from './recipe-summary.js'
import { openTrialTask, TRIAL_TASKS, type TrialTask } from './trial-pictures.js'

/** Steps between two lines of a curve. */
const EVERY = 50
const VIT_SIDE = 64

const { values } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'act-bench-cnn' },
    task: { type: 'string', default: 'fashion' },
    functions: { type: 'string', default: BASELINES.join(';') },
    steps: { type: 'string', default: '200' },
    batch: { type: 'string', default: '16' },
    'held-out': { type: 'string', default: '500' },
    seed: { type: 'string', default: '0' },
    width: { type: 'string', default: '1' },
    recipe: { type: 'string', default: '{}' },
    originals: { type: 'string' },
    out: { type: 'string' },
  },
})
const settings = {
  dataset: values.dataset,
  version: getTrainableDataset(values.dataset).version,
  task: getTask(values.task),
  seed: Number(values.seed),
  batchSize: Number(values.batch),
  steps: Number(values.steps),
  heldOut: Number(values['held-out']),
  width: Number(values.width),
  changes: JSON.parse(values.recipe) as Partial<Recipe>,
}
const dataset = shorten(getTrainableDataset(settings.dataset))
const side = dataset.network.inputShape[0]
const task = openTrialTask(
  settings.task,
  { train: settings.steps * settings.batchSize, heldOut: settings.heldOut },
  side,
  values.originals,
)
const known = new Set(
  values.out && existsSync(values.out) ? readFileSync(values.out, 'utf8').split('\n').map(keyOf) : [],
)
const backend = await openBackend('wasm')
const { learningRate, warmUpSteps } = dataset.recipe
console.log(
  `${settings.dataset} version ${settings.version} on ${settings.task} pictures, ${side} × ${side}; batches of ${settings.batchSize}; ` +
    `${settings.steps} steps, the rate rises in ${warmUpSteps} of them to ${learningRate} and stays there`,
)
for (const expression of values.functions.split(';')) {
  if (known.has(keyOf(JSON.stringify({ ...settings, expression })))) continue
  const trial = await measure(expression)
  if (values.out) appendFileSync(values.out, `${JSON.stringify(trial)}\n`)
}
backend.close()

/** The dataset with the first part of its recipe. */
function shorten(dataset: TrainableDataset): TrainableDataset {
  const { recipe } = dataset
  const { augmentation } = recipe
  const isVit = dataset.name === 'act-bench-vit'
  const margin = ((augmentation?.margin ?? 0) * VIT_SIDE) / dataset.network.inputShape[0]
  return {
    ...dataset,
    network: createNetwork(dataset.name),
    recipe: {
      ...recipe,
      epochs: settings.steps / EVERY,
      batchSize: settings.batchSize,
      warmUpSteps: Math.min(recipe.warmUpSteps, settings.steps / 2),
      decay: { factor: 1, afterEpochs: [1] },
      ...(isVit && augmentation && { augmentation: { ...augmentation, margin } }),
      ...settings.changes,
    },
  }
}

function createNetwork(name: string): DescribedNetwork {
  const scale = <T extends readonly number[]>(filters: T) =>
    filters.map((count) => count * settings.width) as unknown as T
  switch (name) {
    case 'act-bench-cnn':
      return createAllCnnC(scale([96, 192] as const))
    case 'act-bench-resnet':
      return createResnet56(scale([16, 32, 64]))
    case 'act-bench-vit':
      return createMobilevitV2({ size: VIT_SIDE, classes: 10 })
    default:
      throw new Error(`--dataset: expected act-bench-cnn, act-bench-resnet or act-bench-vit, got ${name}`)
  }
}

async function measure(expression: string): Promise<PublishedTrial> {
  const { recipe, network } = dataset
  const activation = createLayerActivation(
    expression,
    recipe.normalizesActivation,
    recipe.derivativeForms ?? 'FIRST',
    recipe.activationParameters ?? 'per layer',
  )
  const state = openNetworkState(createParameters(network, settings.seed, recipe.gain, activation))
  const run: Run = {
    ...{ dataset, activation, task, seed: settings.seed, signal: undefined, onStep: undefined, state },
    optimizer: createOptimizerState(state.weights.size, recipe.optimizer),
    ...{ epochs: [], elapsedSeconds: 0, rateHalvings: 0, endReason: null },
  }
  const points = [await look(run, expression, 0, null)]
  let milliseconds = 0
  for (let epoch = 1; epoch <= recipe.epochs; epoch++) {
    // Each epoch has pictures of its own, so none is seen twice.
    const perEpoch = EVERY * recipe.batchSize
    run.task = { ...task, train: pickSplit(task.train, (epoch - 1) * perEpoch, epoch * perEpoch) }
    const started = performance.now()
    const train = await trainEpoch(run, epoch)
    milliseconds += performance.now() - started
    points.push(await look(run, expression, epoch, train))
    if (!Number.isFinite(train.loss)) break
  }
  disposeNetworkState(run.state)
  run.optimizer.firstMoment.dispose()
  run.optimizer.secondMoment.dispose()
  const rateOf = (step: number) => computeLearningRate(recipe, step, settings.steps)
  const pictures = (points.length - 1) * EVERY * recipe.batchSize
  const imagesPerSecond = Number(((1000 * pictures) / milliseconds).toFixed(1))
  console.log(`${expression.padEnd(12)} ${imagesPerSecond} pictures per second`)
  const rates: [number, number] = [rateOf(0), rateOf(settings.steps - 1)]
  return { ...settings, expression, warmUpSteps: recipe.warmUpSteps, rates, points, imagesPerSecond }
}

/** Prints and returns a line of the curve. */
async function look(run: Run, expression: string, epoch: number, train: Metrics | null): Promise<TrialPoint> {
  const { loss, accuracy } = await evaluate(run, task.validation, epoch)
  const point = {
    step: epoch * EVERY,
    trainLoss: train ? finite(train.loss) : null,
    trainAccuracy: train ? train.accuracy : null,
    loss: finite(loss),
    accuracy,
  }
  const text = [point.trainLoss, point.trainAccuracy, point.loss, accuracy].map((value) => value?.toFixed(3) ?? '-')
  console.log(
    `${expression.padEnd(12)} step ${String(point.step).padStart(3)}: batches ${text[0]} ${text[1]}, held out ${text[2]} ${text[3]}`,
  )
  return point
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

function keyOf(line: string): string {
  if (line === '') return ''
  const { dataset, version, task, expression, seed, batchSize, steps, heldOut, width, changes } = JSON.parse(line)
  return JSON.stringify([dataset, version, task, expression, seed, batchSize, steps, heldOut, width, changes])
}

function getTask(name: string): TrialTask {
  const found = TRIAL_TASKS.find((task) => task === name)
  if (!found) throw new Error(`--task: expected ${TRIAL_TASKS.join(' or ')}, got ${name}`)
  return found
}
