/** The program of a child process of bulk work. It answers one item after the other and ends with its parent. */
import process from 'node:process'
import { type BackendName, readConfig } from '../config.js'
import type { RunLine } from '../datasets/shipped/run-line.js'
import { formatSpectrumLine } from '../datasets/shipped/spectrum-line.js'
import { computeFisherSpectrum } from '../features/fisher-spectrum.js'
import { type Backend, openBackend } from '../networks/backends/backend.js'
import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import { captureInitialLayers } from '../networks/training/capture-layers.js'
import { trainNetwork } from '../networks/training/train-network.js'
import { getLocalDataset } from '../task-folders/open-own-dataset.js'
import type { BulkAnswer, BulkItem } from './bulk-item.js'

process.on('disconnect', () => process.exit())
// Ctrl-C reaches all processes of the group, but the parent decides when they end.
process.on('SIGINT', () => {})

const { dataFolder, tasksFolder } = readConfig()
const opened = new Map<string, TrainableDataset>()
const backend = openBackend((process.argv[2] ?? 'auto') as BackendName)
backend.catch(() => {})

process.on('message', async (item: BulkItem) => {
  process.send?.(await answerItem(item))
})

async function answerItem(item: BulkItem): Promise<BulkAnswer> {
  try {
    const ready = await backend
    return item.kind === 'TRAIN' ? await train(item, ready) : await computeSpectrum(item)
  } catch (error) {
    return { failure: (error as Error).message }
  }
}

async function train(item: Extract<BulkItem, { kind: 'TRAIN' }>, backend: Backend): Promise<BulkAnswer> {
  const { expression, seed } = item
  const dataset = getDataset(item.dataset)
  const result = await trainNetwork({ dataset, expression, seed, backend, tasksFolder })
  const { epochs, diverged: _, learnedParameters, endReason, ...metrics } = result
  const line: RunLine = {
    dataset: dataset.name,
    version: dataset.version,
    expression,
    seed,
    ...metrics,
    epochs: epochs.map((epoch) => [
      epoch.trainAccuracy,
      epoch.trainLoss,
      epoch.validationAccuracy,
      epoch.validationLoss,
    ]),
    ...(learnedParameters && { learnedParameters }),
    ...(endReason !== null && { endReason }),
  }
  return { line: JSON.stringify(line), accuracy: result.validationAccuracy }
}

/** Opens the dataset once, because the checksums of its files are compared. */
function getDataset(name: string): TrainableDataset {
  const dataset = opened.get(name) ?? getLocalDataset(name, { dataFolder, tasksFolder, named: [] })
  opened.set(name, dataset)
  return dataset
}

async function computeSpectrum({ dataset: name, expression }: BulkItem): Promise<BulkAnswer> {
  const dataset = getDataset(name)
  const { version, fisher } = dataset
  const layers = await captureInitialLayers(dataset, expression, tasksFolder)
  const { spectrum, reason } = computeFisherSpectrum(layers, fisher.edges)
  const why = spectrum ? null : (reason ?? 'the spectrum is not finite')
  return {
    line: formatSpectrumLine({ dataset: name, version, expression, values: spectrum, reason: why }),
    accuracy: null,
  }
}
