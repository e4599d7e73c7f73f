/**
 * Trains datasets with two builds of this project in turn, to see whether a change of kernels keeps every bit and how much
 * it saves. Each training has a process of its own, which trains once to warm up. Prints CPU seconds of all threads.
 * Without `--epochs`, a training has the epochs of its recipe.
 *
 *   node build/bench/training/two-builds.js OLD NEW [--datasets mini-cnn,mini-vit] [--functions 'relu(x);exp(x)']
 *     [--rounds 3] [--epochs 1] [--seed 0]
 *
 * OLD and NEW are folders of the project with a folder `build`.
 */
import { execFileSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type * as Backends from '../../src/networks/backends/backend.js'
import type * as Datasets from '../../src/networks/recipes/trainable-datasets.js'
import type * as Trainings from '../../src/networks/training/train-network.js'
import { median } from '../measurement.js'

interface Trained {
  seconds: number
  /** Every number of the result except the runtime. */
  result: string
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    datasets: { type: 'string', default: 'mini-cnn,mini-resnet,mini-vit' },
    functions: { type: 'string', default: 'relu(x);swish(x);mul(erf(x),bessel_i0e(x))' },
    rounds: { type: 'string', default: '3' },
    epochs: { type: 'string', default: '' },
    seed: { type: 'string', default: '0' },
    train: { type: 'string' },
  },
})

if (values.train) await train(values.train, values.datasets, values.functions)
else compareBuilds(positionals.map((folder) => resolve(folder)))

function compareBuilds(folders: string[]): void {
  if (folders.length !== 2) throw new Error(`folders: expected OLD and NEW, got ${folders.length} folders`)
  console.log(`Load before: ${loadavg()[0].toFixed(1)}`)
  console.log('| dataset | function | old | new | old : new | bits |')
  console.log('| --- | --- | ---: | ---: | ---: | --- |')
  for (const dataset of values.datasets.split(',')) {
    for (const expression of values.functions.split(';')) {
      const rounds = Array.from({ length: Number(values.rounds) }, () => {
        return folders.map((folder) => trainInProcess(folder, dataset, expression))
      })
      const [old, current] = [0, 1].map((i) => median(rounds.map((round) => round[i].seconds)))
      const isSame = new Set(rounds.flat().map(({ result }) => result)).size === 1
      const cells = [dataset, `\`${expression}\``, old.toFixed(2), current.toFixed(2), (old / current).toFixed(2)]
      console.log(`| ${[...cells, isSame ? 'same' : 'DIFFERENT'].join(' | ')} |`)
    }
  }
  console.log(`Load after: ${loadavg()[0].toFixed(1)}`)
}

function trainInProcess(folder: string, dataset: string, expression: string): Trained {
  const same = ['--seed', values.seed, '--epochs', values.epochs]
  const args = ['--train', folder, '--datasets', dataset, '--functions', expression, ...same]
  const output = execFileSync(process.execPath, [fileURLToPath(import.meta.url), ...args], { encoding: 'utf8' })
  return JSON.parse(output)
}

async function train(folder: string, name: string, expression: string): Promise<void> {
  const load = (file: string) => import(pathToFileURL(join(folder, 'build/src/networks', file)).href)
  const { openBackend }: typeof Backends = await load('backends/backend.js')
  const { trainNetwork }: typeof Trainings = await load('training/train-network.js')
  const { getTrainableDataset }: typeof Datasets = await load('recipes/trainable-datasets.js')
  const { recipe, ...rest } = getTrainableDataset(name)
  const dataset = { ...rest, recipe: { ...recipe, epochs: Number(values.epochs) || recipe.epochs } }
  const backend = await openBackend('wasm')
  const seed = Number(values.seed)
  await trainNetwork({ dataset, expression, seed, backend })
  const before = process.cpuUsage()
  const { runtimeSeconds: _, ...result } = await trainNetwork({ dataset, expression, seed, backend })
  const { user, system } = process.cpuUsage(before)
  const trained: Trained = { seconds: (user + system) / 1e6, result: JSON.stringify(result) }
  console.log(JSON.stringify(trained))
}
