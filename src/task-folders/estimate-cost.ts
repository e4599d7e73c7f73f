import process from 'node:process'
import { computeFisherSpectrum } from '../features/fisher-spectrum.js'
import type { Backend } from '../networks/backends/backend.js'
import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import { type ImageTask, pickSplit } from '../networks/tasks/image-task.js'
import { captureInitialLayers } from '../networks/training/capture-layers.js'
import { trainNetwork } from '../networks/training/train-network.js'

/** What a function costs on this machine, by a few steps of `relu(x)`. */
export interface CostEstimate {
  readonly backend: string
  readonly secondsPerTraining: number
  readonly secondsPerStep: number
  readonly steps: number
  /** Null if the spectrum would take too long to try. */
  readonly secondsPerSpectrum: number | null
  /** Greatest memory of this process until now. */
  readonly megabytes: number
  /** Whether the loss of the tried steps was finite. */
  readonly isFinite: boolean
}

const EXPRESSION = 'relu(x)'
/** Rows of the first steps, which tell whether more can be tried. */
const FEW_ROWS = 8
const FEW_STEPS = 3
/** Time that the estimate may take, approximately. */
const SECONDS = 1.5
const MOST_STEPS = 40
const EVALUATION_ROWS = 256
const SPECTRUM_SECONDS = 30

/** Trains a few steps. The data of the dataset are open as `task`. */
export async function estimateCost(
  dataset: TrainableDataset,
  task: ImageTask,
  backend: Backend,
): Promise<CostEstimate> {
  const { recipe, fisher } = dataset
  const batch = Math.min(recipe.batchSize, task.train.count)
  let rows = Math.min(FEW_ROWS, batch)
  let tried = await trySteps(dataset, task, backend, rows, FEW_STEPS)
  const expected = (tried.step * batch) / rows
  if (expected * FEW_STEPS < 4 * SECONDS) {
    rows = batch
    const steps = Math.min(MOST_STEPS, Math.max(FEW_STEPS, Math.ceil(SECONDS / expected)))
    tried = await trySteps(dataset, task, backend, rows, Math.min(steps, Math.floor(task.train.count / rows)))
  }
  const secondsPerStep = (tried.step * batch) / rows
  const steps = Math.floor(task.train.count / batch) * recipe.epochs
  const evaluated = task.validation.count * recipe.epochs + task.test.count
  const isShort = (secondsPerStep * fisher.batchSize) / batch < SPECTRUM_SECONDS / 10
  return {
    backend: backend.name,
    secondsPerTraining: steps * secondsPerStep + evaluated * tried.evaluationOfRow,
    secondsPerStep,
    steps,
    secondsPerSpectrum: isShort ? await trySpectrum({ ...dataset, task: { create: () => task } }) : null,
    megabytes: process.resourceUsage().maxRSS / 1024,
    isFinite: tried.isFinite,
  }
}

interface Tried {
  readonly step: number
  readonly evaluationOfRow: number
  readonly isFinite: boolean
}

async function trySteps(
  dataset: TrainableDataset,
  task: ImageTask,
  backend: Backend,
  batchSize: number,
  steps: number,
): Promise<Tried> {
  const evaluated = Math.min(EVALUATION_ROWS, task.validation.count)
  const few: ImageTask = {
    ...task,
    train: pickSplit(task.train, 0, batchSize * steps),
    validation: pickSplit(task.validation, 0, evaluated),
    test: pickSplit(task.test, 0, 1),
  }
  const recipe = { ...dataset.recipe, epochs: 1, batchSize, restarts: 0 }
  const times: number[] = []
  const result = await trainNetwork({
    dataset: { ...dataset, task: { create: () => few }, recipe },
    expression: EXPRESSION,
    seed: 0,
    backend,
    onStep: () => times.push(performance.now()),
  })
  const between = times.slice(1).map((time, i) => (time - times[i]) / 1000)
  // The first step compiles, and the last one before the evaluation also settles statistics.
  const stepTimes = between.slice(Math.min(1, steps - 1), steps).sort((a, b) => a - b)
  return {
    step: stepTimes[Math.floor(stepTimes.length / 2)] ?? between[0] ?? 0,
    evaluationOfRow: (between[steps] ?? 0) / evaluated,
    isFinite: !result.diverged,
  }
}

async function trySpectrum(dataset: TrainableDataset): Promise<number> {
  const started = performance.now()
  computeFisherSpectrum(await captureInitialLayers(dataset, EXPRESSION), dataset.fisher.edges)
  return (performance.now() - started) / 1000
}
