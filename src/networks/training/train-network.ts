import { dispose, type Tensor1D, tensor1d } from '@tensorflow/tfjs-core'
import { ActbenchError } from '../../errors.js'
import { type Backend, openBackend } from '../backends/backend.js'
import type { LayerActivation } from '../layers/activation-op.js'
import { createLayerActivation } from '../layers/layer-activation.js'
import type { Parameter } from '../layers/parameters.js'
import type { TrainableDataset } from '../recipes/trainable-dataset.js'
import { getImageTask, getTrainableDataset } from '../recipes/trainable-datasets.js'
import { createEndRule } from './chance.js'
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js'
import { readLearnedParameters } from './learned-parameters.js'
import { requireMemory } from './memory-problem.js'
import { createParameters, disposeNetworkState, openNetworkState, readParameters } from './network-state.js'
import { createOptimizerState } from './optimizer.js'
import { evaluate, type Metrics, type Run, type StepProgress, trainEpoch } from './training-epoch.js'
import type { EpochMetrics, TrainingResult } from './training-result.js'

export interface TrainNetworkOptions {
  /** A name of `TRAINABLE_DATASETS`, or a dataset that is not in the table. */
  dataset: string | TrainableDataset
  expression: string
  /** Seed of the initial parameters and of the order of batches. */
  seed: number
  /** The backend to use. @defaultValue the one that `auto` opens */
  backend?: Backend
  /** Folder with the pictures of tasks that are not drawn by formula. */
  tasksFolder?: string
  /** Stops the training between two batches; the promise rejects with the signal's reason. */
  signal?: AbortSignal
  /** Bytes of `checkpoint` from a training of the same dataset version, expression and seed. */
  resumeFrom?: Uint8Array
  /** Called before every batch. */
  onStep?(progress: StepProgress): void
  /** Called and awaited after every epoch. `checkpoint` may be called until it returns. */
  onEpoch?(metrics: EpochMetrics, checkpoint: () => Promise<Uint8Array>): Promise<void> | void
}

/**
 * Trains a dataset's network from scratch with the function under test. On one backend, dataset version, expression and seed
 * determine every bit of the metrics, also after `resumeFrom`. Other work of the process gets its turn between batches.
 * Throws NOT_FOUND for an unknown dataset, INVALID_EXPRESSION for an expression that does not parse, CONFLICT if a step does
 * not fit into the memory of the backend, and an error that names the file if the dataset's pictures cannot be read.
 */
export async function trainNetwork(options: TrainNetworkOptions): Promise<TrainingResult> {
  const dataset = typeof options.dataset === 'string' ? getTrainableDataset(options.dataset) : options.dataset
  const { normalizesActivation, derivativeForms = 'FIRST', activationParameters = 'per layer' } = dataset.recipe
  const activation = createLayerActivation(
    options.expression,
    normalizesActivation,
    derivativeForms,
    activationParameters,
  )
  const backend = options.backend ?? (await openBackend('auto'))
  requireMemory(dataset, backend.name)
  const resumed = getValidCheckpoint(options, dataset)
  const run: Run = {
    dataset,
    activation,
    task: getImageTask(dataset, options.tasksFolder),
    seed: options.seed,
    signal: options.signal,
    onStep: options.onStep,
    ...(resumed ? openResumed(resumed) : openFresh(dataset, activation, options.seed, 0)),
    epochs: resumed ? resumed.epochs : [],
    elapsedSeconds: resumed?.elapsedSeconds ?? 0,
    rateHalvings: resumed?.rateHalvings ?? 0,
    endReason: resumed?.endReason ?? null,
  }
  try {
    return {
      ...(await runEpochs(run, options)),
      backend: backend.name,
      device: backend.device,
      softwareVersion: backend.softwareVersion,
    }
  } finally {
    disposeRun(run)
    run.pictures?.dispose()
  }
}

type Measured = Omit<TrainingResult, 'backend' | 'device' | 'softwareVersion'>

async function runEpochs(run: Run, options: TrainNetworkOptions): Promise<Measured> {
  const { dataset, task, epochs } = run
  const findEndReason = createEndRule(dataset, task)
  for (let epoch = epochs.length + 1; epoch <= dataset.recipe.epochs && run.endReason === null; epoch++) {
    const started = performance.now()
    const train = epoch === 1 ? await trainFirstEpoch(run) : await trainLaterEpoch(run, epoch, options.expression)
    const validation = Number.isFinite(train.loss)
      ? await evaluate(run, task.validation, epoch)
      : { ...train, hasEqualLogits: false }
    run.elapsedSeconds += (performance.now() - started) / 1000
    epochs.push({
      epoch,
      trainAccuracy: train.accuracy,
      trainLoss: finiteOrNull(train.loss),
      validationAccuracy: validation.accuracy,
      validationLoss: finiteOrNull(validation.loss),
    })
    if (!Number.isFinite(train.loss)) return divergedResult(run)
    run.endReason = findEndReason(epochs, validation.hasEqualLogits)
    await options.onEpoch?.(epochs[epochs.length - 1], () => takeCheckpoint(run, options.expression))
    run.signal?.throwIfAborted()
  }
  const started = performance.now()
  const test = await evaluate(run, task.test, epochs.length)
  run.elapsedSeconds += (performance.now() - started) / 1000
  const { epoch: _, ...last } = epochs[epochs.length - 1]
  return {
    epochs,
    ...last,
    testAccuracy: test.accuracy,
    testLoss: finiteOrNull(test.loss),
    runtimeSeconds: run.elapsedSeconds,
    diverged: false,
    endReason: run.endReason,
    learnedParameters: await readLearnedParameters(run.state, run.activation),
  }
}

/**
 * The first epoch. Functions with steep tails may overflow on the initial weights of one seed and learn with another, which
 * says more about the seed than about the function. If the recipe allows it, a training that diverges here starts again
 * with smaller weights.
 */
async function trainFirstEpoch(run: Run): Promise<Metrics> {
  const { dataset, activation, seed } = run
  let metrics = await trainEpoch(run, 1)
  for (let restart = 1; !Number.isFinite(metrics.loss) && restart <= dataset.recipe.restarts; restart++) {
    disposeRun(run)
    Object.assign(run, openFresh(dataset, activation, seed, restart))
    if (mayHalveRate(run)) run.rateHalvings++
    metrics = await trainEpoch(run, 1)
  }
  return metrics
}

/**
 * An epoch after the first. A training that diverges here goes back to the end of the epoch before and continues at half the
 * learning rate, as often as the recipe allows.
 */
async function trainLaterEpoch(run: Run, epoch: number, expression: string): Promise<Metrics> {
  for (;;) {
    const before = mayHalveRate(run) ? await describeRun(run, expression) : null
    const metrics = await trainEpoch(run, epoch)
    if (Number.isFinite(metrics.loss) || before === null) return metrics
    disposeRun(run)
    Object.assign(run, openResumed(before))
    run.rateHalvings++
  }
}

function mayHalveRate({ dataset, rateHalvings }: Run): boolean {
  return rateHalvings < (dataset.recipe.rateHalvings ?? 0)
}

function disposeRun({ state, optimizer }: Run): void {
  disposeNetworkState(state)
  dispose([optimizer.firstMoment, optimizer.secondMoment])
}

function divergedResult({ epochs, task, elapsedSeconds }: Run): Measured {
  const chance = 1 / task.classes
  return {
    epochs,
    trainAccuracy: chance,
    trainLoss: null,
    validationAccuracy: chance,
    validationLoss: null,
    testAccuracy: chance,
    testLoss: null,
    runtimeSeconds: elapsedSeconds,
    diverged: true,
    endReason: null,
    learnedParameters: null,
  }
}

/** Number of restarts so far. Each halves the initial kernels. */
function openFresh(
  { network, recipe }: TrainableDataset,
  activation: LayerActivation,
  seed: number,
  restarts: number,
): Pick<Run, 'state' | 'optimizer'> {
  const state = openNetworkState(createParameters(network, seed, recipe.gain / 4 ** restarts, activation))
  return { state, optimizer: createOptimizerState(state.weights.size, recipe.optimizer) }
}

function openResumed(checkpoint: Checkpoint): Pick<Run, 'state' | 'optimizer'> {
  const [firstMoment, secondMoment] = checkpoint.parameters.slice(-2).map(({ values }) => tensor1d(values))
  const state = openNetworkState(checkpoint.parameters.slice(0, -2))
  return { state, optimizer: { steps: checkpoint.optimizerSteps, firstMoment, secondMoment } }
}

async function takeCheckpoint(run: Run, expression: string): Promise<Uint8Array> {
  return encodeCheckpoint(await describeRun(run, expression))
}

/** Copies of all numbers of a run between two epochs. */
async function describeRun(run: Run, expression: string): Promise<Checkpoint> {
  const { dataset, seed, epochs, elapsedSeconds, rateHalvings, endReason, optimizer } = run
  const moment = async (name: string, values: Tensor1D): Promise<Parameter> => ({
    name: `optimizer/${name}`,
    shape: values.shape,
    trainable: false,
    values: (await values.data()) as Float32Array,
  })
  return {
    dataset: dataset.name,
    version: dataset.version,
    expression,
    seed,
    epochs,
    elapsedSeconds,
    rateHalvings,
    ...(endReason !== null && { endReason }),
    optimizerSteps: optimizer.steps,
    parameters: [
      ...(await readParameters(run.state)),
      await moment('firstMoment', optimizer.firstMoment),
      await moment('secondMoment', optimizer.secondMoment),
    ],
  }
}

/** The checkpoint in these bytes; throws CONFLICT if it belongs to another training. */
function getValidCheckpoint(options: TrainNetworkOptions, dataset: TrainableDataset): Checkpoint | undefined {
  if (!options.resumeFrom) return undefined
  const checkpoint = decodeCheckpoint(options.resumeFrom)
  const expected = {
    dataset: dataset.name,
    version: dataset.version,
    expression: options.expression,
    seed: options.seed,
  }
  for (const key of Object.keys(expected) as (keyof typeof expected)[]) {
    if (checkpoint[key] === expected[key]) continue
    throw new ActbenchError(
      'CONFLICT',
      `the checkpoint has ${key} ${JSON.stringify(checkpoint[key])}, expected ${JSON.stringify(expected[key])}`,
    )
  }
  return checkpoint
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
