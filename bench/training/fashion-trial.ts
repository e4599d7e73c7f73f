/**
 * Tries recipes on the pictures of clothes. Reads trials from a file of JSON lines, one after the other, also lines that
 * are added while it runs. Each trial trains the baselines and random functions of the Act-Bench space with two seeds.
 *
 *   node build/bench/training/fashion-trial.js --originals FOLDER --trials trials.jsonl --out FOLDER
 *
 * A trial: {"name": "a", "base": "mini-cnn", "functions": 40, "seeds": 2, "task": {}, "network": {}, "recipe": {}}
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { chooseExpressions } from '../../src/bulk/choose-expressions.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import type { Recipe } from '../../src/networks/recipe.js'
import { getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { readFashionOriginals } from '../../src/networks/tasks/fashion-originals.js'
import { type FashionOptions, makeFashionPictures } from '../../src/networks/tasks/fashion-pictures.js'
import { toFashionTask } from '../../src/networks/tasks/fashion-task.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import { accuracyOfLinearModel } from '../../test/networks/linear-model.js'
import { createMiniNetwork } from './mini-network.js'

interface Trial {
  name: string
  base: 'mini-cnn' | 'mini-resnet' | 'mini-vit'
  functions?: number
  /** Instead of baselines and random functions. */
  only?: string[]
  seeds?: number
  task?: Partial<FashionOptions>
  network?: object
  recipe?: Partial<Recipe>
}

const { values } = parseArgs({
  options: { originals: { type: 'string' }, trials: { type: 'string' }, out: { type: 'string' } },
})
const { originals = '', trials = '', out = '' } = values

const TASK: FashionOptions = {
  seed: 1,
  size: 16,
  trainCount: 4090,
  validationCount: 3000,
  testCount: 3000,
  rotation: 180,
  shift: 0.2,
  scale: [0.9, 0.9],
}
const SAMPLE_SEED = 7

const backend = await openBackend('auto')
const tasks = new Map<string, ReturnType<typeof toFashionTask>>()
const done = new Set<string>()
for (;;) {
  const next = readTrials().find(({ name }) => !done.has(name))
  if (next === undefined) {
    await setTimeout(5000)
    continue
  }
  done.add(next.name)
  if (next.name === 'end') break
  await run(next)
}

function readTrials(): Trial[] {
  const lines = readFileSync(trials, 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Trial)
}

async function run(trial: Trial): Promise<void> {
  const { name, base, functions = 40, seeds = 2 } = trial
  const file = join(out, `${name}.jsonl`)
  const before = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n').map(keyOf) : [])
  const dataset = getTrainableDataset(base)
  const task = taskOf({ ...TASK, ...trial.task })
  const changed = {
    ...dataset,
    network: createMiniNetwork(base, trial.network ?? {}),
    task: { create: () => task },
    recipe: { ...dataset.recipe, ...trial.recipe },
  }
  const expressions = trial.only ?? chooseExpressions({ kind: 'SAMPLE', count: 8 + functions, seed: SAMPLE_SEED })
  for (const expression of expressions) {
    for (let seed = 0; seed < seeds; seed++) {
      if (before.has(`${expression} ${seed}`)) continue
      const start = process.cpuUsage()
      const { epochs, ...result } = await trainNetwork({ dataset: changed, expression, seed, backend })
      const { user, system } = process.cpuUsage(start)
      const curve = epochs.map(({ trainAccuracy, validationAccuracy }) => [trainAccuracy, validationAccuracy])
      appendFileSync(file, `${JSON.stringify({ expression, seed, cpu: (user + system) / 1e6, ...result, curve })}\n`)
    }
  }
}

function keyOf(line: string): string {
  if (line === '') return ''
  const { expression, seed } = JSON.parse(line)
  return `${expression} ${seed}`
}

function taskOf(options: FashionOptions) {
  const key = JSON.stringify(options)
  let task = tasks.get(key)
  if (task === undefined) {
    const photographs = {
      training: readFashionOriginals(originals, 'train'),
      testing: readFashionOriginals(originals, 't10k'),
    }
    task = toFashionTask(makeFashionPictures(photographs, options))
    tasks.set(key, task)
    const linear = accuracyOfLinearModel(task.train, task.validation, 10).toFixed(3)
    console.log(`${key}: a linear model reaches ${linear}`)
  }
  return task
}
