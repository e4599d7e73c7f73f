/**
 * Judges a recipe of a Mini network. Trains the eight baselines and a random sample of the Act-Bench space with two seeds,
 * then prints accuracies, the share at chance, the rank correlation between seeds and the CPU time of a training. With
 * --runs it prints the same for runs that exist already.
 *
 *   node build/bench/training/training-recipe.js --runs seed/mini-cnn/runs.jsonl.gz
 *   node build/bench/training/training-recipe.js --functions 100 --change '{"recipe":{"learningRate":0.02}}'
 *   node build/bench/training/training-recipe.js --dataset mini-vit --change '{"network":{"width":24}}'
 *   node build/bench/training/training-recipe.js --only 'exp(x);cosh(x)'
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { formatExpression } from '../../src/activations/expression.js'
import { computeIdentity } from '../../src/activations/identity.js'
import { OPERATORS } from '../../src/activations/operators.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { openBackend } from '../../src/networks/backends/backend.js'
import type { Recipe } from '../../src/networks/recipe.js'
import { MINI_TASK } from '../../src/networks/recipes/mini-benchmark.js'
import type { TrainableDataset } from '../../src/networks/recipes/trainable-dataset.js'
import { getTrainableDataset } from '../../src/networks/recipes/trainable-datasets.js'
import { createProceduralTask, type ProceduralTaskOptions } from '../../src/networks/tasks/procedural-task.js'
import { trainNetwork } from '../../src/networks/training/train-network.js'
import { createRandom } from '../../src/numeric/random.js'
import { createMiniNetwork } from './mini-network.js'
import { BASELINES, printSummary, type RunSummary } from './recipe-summary.js'

interface Change {
  task?: Partial<ProceduralTaskOptions>
  /** Options of the network, such as widths. */
  network?: object
  recipe?: Partial<Recipe>
}

const { values } = parseArgs({
  options: {
    dataset: { type: 'string', default: 'mini-cnn' },
    functions: { type: 'string', default: '100' },
    seeds: { type: 'string', default: '2' },
    change: { type: 'string', default: '{}' },
    out: { type: 'string' },
    only: { type: 'string' },
    runs: { type: 'string' },
  },
})
if (values.runs) printSummary(readRuns(values.runs))
else await judge(JSON.parse(values.change) as Change)

async function judge(change: Change): Promise<void> {
  const dataset = changedDataset(change)
  const backend = await openBackend('auto')
  const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed)
  const only = values.only?.split(';')
  const expressions = only ?? [...BASELINES, ...sampleFunctions(Number(values.functions), BASELINES)]
  const cpuSeconds: number[] = []
  const runs: RunSummary[] = []
  console.log(`${backend.name}, ${dataset.name} with ${values.change}`)
  for (const expression of expressions) {
    for (const seed of seeds) {
      const before = process.cpuUsage()
      const result = await trainNetwork({ dataset, expression, seed, backend })
      const { user, system } = process.cpuUsage(before)
      cpuSeconds.push((user + system) / 1e6)
      runs.push({ expression, seed, validationAccuracy: result.validationAccuracy })
      if (values.out) appendFileSync(values.out, `${JSON.stringify({ expression, seed, ...result })}\n`)
    }
    const line = runs.slice(-seeds.length).map(({ validationAccuracy }) => validationAccuracy.toFixed(3))
    console.log(`${expression}: ${line.join(' ')}`)
  }
  const mean = cpuSeconds.reduce((sum, seconds) => sum + seconds, 0) / cpuSeconds.length
  console.log(`CPU s a training: mean ${mean.toFixed(2)}, largest ${Math.max(...cpuSeconds).toFixed(2)}`)
  if (!only) printSummary(runs)
}

function readRuns(file: string): RunSummary[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunSummary)
}

function changedDataset({ task, network, recipe }: Change): TrainableDataset {
  const dataset = getTrainableDataset(values.dataset)
  const options = { ...MINI_TASK, ...task }
  return {
    ...dataset,
    network: network ? createMiniNetwork(values.dataset, network) : dataset.network,
    task: { create: () => createProceduralTask(options) },
    recipe: { ...dataset.recipe, ...recipe },
  }
}

/** Distinct finite functions of the Act-Bench space in random order, without those in `without`. */
function sampleFunctions(count: number, without: string[]): string[] {
  const unary = OPERATORS.filter(({ arity, inActBench }) => arity === 'UNARY' && inActBench).map(({ name }) => name)
  const binary = OPERATORS.filter(({ arity, inActBench }) => arity === 'BINARY' && inActBench).map(({ name }) => name)
  const random = createRandom(0, 'sample of functions')
  const any = (names: string[]) => names[random.integer(names.length)]
  const nested = unary.length ** 2
  const total = nested + binary.length * nested
  const seen = new Set(without.map((text) => computeIdentity(parseExpression(text)).id))
  const sample: string[] = []
  while (sample.length < count) {
    const [a, b] = [any(unary), any(unary)]
    const text = random.uniform() < nested / total ? `${a}(${b}(x))` : `${any(binary)}(${a}(x),${b}(x))`
    const identity = computeIdentity(parseExpression(text))
    if (seen.has(identity.id) || !identity.isFinite) continue
    seen.add(identity.id)
    sample.push(formatExpression(parseExpression(text)))
  }
  return sample
}
