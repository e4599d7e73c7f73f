/**
 * Judges a recipe of Mini-CNN: trains the eight baselines and a random sample of the Act-Bench space with two seeds, and
 * prints accuracies, the share at chance, the rank correlation between seeds and the CPU time of a training.
 *
 *   node build/bench/training-recipe.js --functions 100 --change '{"recipe":{"learningRate":0.02}}'
 *   node build/bench/training-recipe.js --only 'exp(x);cosh(x)'
 */
import { appendFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { formatExpression } from '../src/activations/expression.js'
import { computeIdentity } from '../src/activations/identity.js'
import { OPERATORS } from '../src/activations/operators.js'
import { parseExpression } from '../src/activations/parse-expression.js'
import { openBackend } from '../src/networks/backend.js'
import { createMiniCnn } from '../src/networks/mini-cnn.js'
import { createProceduralTask, type ProceduralTaskOptions } from '../src/networks/procedural-task.js'
import { createRandom } from '../src/networks/random.js'
import { trainNetwork } from '../src/networks/train-network.js'
import { getTrainableDataset, type Recipe, type TrainableDataset } from '../src/networks/trainable-datasets.js'

const BASELINES = ['elu', 'relu', 'selu', 'sigmoid', 'softplus', 'softsign', 'swish', 'tanh'].map(
  (name) => `${name}(x)`,
)

interface Change {
  task?: Partial<ProceduralTaskOptions>
  widths?: [number, number, number]
  recipe?: Partial<Recipe>
}

const { values } = parseArgs({
  options: {
    functions: { type: 'string', default: '100' },
    seeds: { type: 'string', default: '2' },
    change: { type: 'string', default: '{}' },
    out: { type: 'string' },
    only: { type: 'string' },
  },
})
const change = JSON.parse(values.change) as Change
const dataset = changedDataset(change)
const backend = await openBackend('auto')
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed)
const only = values.only?.split(';')
const expressions = only ?? [...BASELINES, ...sampleFunctions(Number(values.functions), BASELINES)]
console.log(`${backend.name}, ${dataset.name} with ${values.change}`)

const accuracies: number[][] = []
const cpuSeconds: number[] = []
for (const [i, expression] of expressions.entries()) {
  const ofSeeds: number[] = []
  for (const seed of seeds) {
    const before = process.cpuUsage()
    const result = await trainNetwork({ dataset, expression, seed, backend })
    const { user, system } = process.cpuUsage(before)
    cpuSeconds.push((user + system) / 1e6)
    ofSeeds.push(result.validationAccuracy)
    if (values.out)
      appendFileSync(values.out, `${JSON.stringify({ expression, seed, ...result, epochs: undefined })}\n`)
  }
  accuracies.push(ofSeeds)
  if (only || i < BASELINES.length)
    console.log(`${expression}: ${ofSeeds.map((accuracy) => accuracy.toFixed(3)).join(' ')}`)
  if (i === BASELINES.length - 1)
    console.log(`CPU s a training, the first left out: ${average(cpuSeconds.slice(1)).toFixed(2)}`)
}
if (!only) printSummary()

function printSummary(): void {
  const sample = accuracies.slice(BASELINES.length)
  if (sample.length === 0) return
  const means = sample.map(average)
  const atChance = means.filter((accuracy) => accuracy < 0.15).length
  const ranked = [...means].sort((a, b) => b - a)
  const quartiles = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75].map((q) => ranked[Math.floor(q * ranked.length)].toFixed(3))
  console.log(
    `random functions: ${sample.length}, at chance (below 0.15): ${((100 * atChance) / sample.length).toFixed(1)}%`,
  )
  console.log(`best, top 1, 5, 10, 25, 50, 75%: ${quartiles.join(' ')}`)
  console.log(`best functions: ${bestOf(5, means)}`)
  console.log(`CPU s a training: mean ${average(cpuSeconds).toFixed(2)}, largest ${Math.max(...cpuSeconds).toFixed(2)}`)
  if (seeds.length < 2) return
  const [first, second] = [0, 1].map((seed) => accuracies.map((ofSeeds) => ofSeeds[seed]))
  const learning = first.map((_, i) => i).filter((i) => (first[i] + second[i]) / 2 >= 0.4)
  const noise = Math.sqrt(average(learning.map((i) => (first[i] - second[i]) ** 2)) / 2)
  console.log(
    `Spearman between two seeds: ${spearman(first, second).toFixed(3)}; among the ${learning.length} above 0.4: ` +
      `${spearman(pick(first, learning), pick(second, learning)).toFixed(3)}, standard deviation ${noise.toFixed(4)}`,
  )
}

function bestOf(count: number, means: number[]): string {
  const order = means.map((_, i) => i).sort((a, b) => means[b] - means[a])
  const name = (i: number) => `${expressions[BASELINES.length + i]} ${means[i].toFixed(3)}`
  return order.slice(0, count).map(name).join(', ')
}

function changedDataset({ task, widths, recipe }: Change): TrainableDataset {
  const dataset = getTrainableDataset('mini-cnn')
  const options = { ...dataset.task.options, ...task }
  return {
    ...dataset,
    network: widths
      ? createMiniCnn({ inputShape: [options.size, options.size, 1], classes: 10, widths })
      : dataset.network,
    task: { options, create: () => createProceduralTask(options) },
    recipe: { ...dataset.recipe, ...recipe },
  }
}

/** Distinct finite functions of the Act-Bench space in random order, none of them equal to one of `without`. */
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

function average(numbers: number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

function pick(numbers: number[], indices: number[]): number[] {
  return indices.map((i) => numbers[i])
}

function spearman(a: number[], b: number[]): number {
  const [x, y] = [rank(a), rank(b)]
  const [mx, my] = [average(x), average(y)]
  const covariance = average(x.map((value, i) => (value - mx) * (y[i] - my)))
  return covariance / Math.sqrt(average(x.map((v) => (v - mx) ** 2)) * average(y.map((v) => (v - my) ** 2)))
}

/** Ranks from 1, equal values share their mean rank. */
function rank(numbers: number[]): number[] {
  const order = numbers.map((_, i) => i).sort((a, b) => numbers[a] - numbers[b])
  const ranks = new Array<number>(numbers.length)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end < order.length && numbers[order[end]] === numbers[order[start]]) end++
    for (let i = start; i < end; i++) ranks[order[i]] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}
