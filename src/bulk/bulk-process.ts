/** The program of a child process of bulk work. It answers one item after the other and ends with its parent. */
import process from 'node:process'
import { type BackendName, readConfig } from '../config.js'
import type { RunLine } from '../datasets/shipped/run-line.js'
import { formatSpectrumLine } from '../datasets/shipped/spectrum-line.js'
import { computeFisherSpectrum } from '../features/fisher-spectrum.js'
import { type Backend, openBackend } from '../networks/backends/backend.js'
import { getTrainableDataset } from '../networks/recipes/trainable-datasets.js'
import { captureInitialLayers } from '../networks/training/capture-layers.js'
import { trainNetwork } from '../networks/training/train-network.js'
import type { BulkAnswer, BulkItem } from './bulk-item.js'

process.on('disconnect', () => process.exit())
// Ctrl-C reaches all processes of the group, but the parent decides when they end.
process.on('SIGINT', () => {})

const { tasksFolder } = readConfig()
const backend = openBackend((process.argv[2] ?? 'auto') as BackendName)
backend.catch(() => {})

process.on('message', async (item: BulkItem) => {
  process.send?.(await answerItem(item))
})

async function answerItem(item: BulkItem): Promise<BulkAnswer> {
  try {
    const opened = await backend
    return item.kind === 'TRAIN' ? await train(item, opened) : await computeSpectrum(item)
  } catch (error) {
    return { failure: (error as Error).message }
  }
}

async function train(item: Extract<BulkItem, { kind: 'TRAIN' }>, opened: Backend): Promise<BulkAnswer> {
  const { dataset, expression, seed } = item
  const result = await trainNetwork({ dataset, expression, seed, backend: opened, tasksFolder })
  const { epochs, diverged: _, learnedParameters, ...metrics } = result
  const line: RunLine = {
    dataset,
    version: getTrainableDataset(dataset).version,
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
  }
  return { line: JSON.stringify(line), accuracy: result.validationAccuracy }
}

async function computeSpectrum({ dataset, expression }: BulkItem): Promise<BulkAnswer> {
  const { version, fisher } = getTrainableDataset(dataset)
  const layers = await captureInitialLayers(dataset, expression, tasksFolder)
  const { spectrum, reason } = computeFisherSpectrum(layers, fisher.edges)
  const why = spectrum ? null : (reason ?? 'the spectrum is not finite')
  return { line: formatSpectrumLine({ dataset, version, expression, values: spectrum, reason: why }), accuracy: null }
}
