import { CHANCE_LIMIT, compare, LEARNT_LIMIT } from '../report/evaluations.js'

/** The functions that every other function is compared with. */
export const BASELINES = ['elu', 'relu', 'selu', 'sigmoid', 'softplus', 'softsign', 'swish', 'tanh'].map(
  (name) => `${name}(x)`,
)

/** The fields of a run that the summary needs. */
export interface RunSummary {
  expression: string
  seed: number
  validationAccuracy: number
}

/** Prints baselines, the distribution of all functions under the lowest seed, and the agreement between seeds. */
export function printSummary(runs: readonly RunSummary[]): void {
  const bySeed = new Map<number, Map<string, number>>()
  for (const { expression, seed, validationAccuracy } of runs) {
    if (!bySeed.has(seed)) bySeed.set(seed, new Map())
    bySeed.get(seed)?.set(expression, validationAccuracy)
  }
  const seeds = [...bySeed.keys()].sort((a, b) => a - b)
  console.log(`baselines, seeds ${seeds.join(', ')}:`)
  for (const baseline of BASELINES) {
    const accuracies = seeds.map((seed) => bySeed.get(seed)?.get(baseline)?.toFixed(3) ?? '-')
    console.log(`  ${baseline.padEnd(12)} ${accuracies.join(' ')}`)
  }
  printDistribution(bySeed.get(seeds[0]) as Map<string, number>)
  for (const [i, first] of seeds.entries()) {
    for (const second of seeds.slice(i + 1)) printAgreement(bySeed, first, second)
  }
}

function printDistribution(accuracies: ReadonlyMap<string, number>): void {
  const others = [...accuracies].filter(([expression]) => !BASELINES.includes(expression)).sort((a, b) => b[1] - a[1])
  const atChance = others.filter(([, accuracy]) => accuracy < CHANCE_LIMIT).length
  console.log(
    `other functions: ${others.length}, below ${CHANCE_LIMIT}: ${((100 * atChance) / others.length).toFixed(1)}%`,
  )
  const quantile = (share: number) => others[Math.floor(share * others.length)][1].toFixed(3)
  console.log(`best, top 1, 5, 10, 25, 50, 75%: ${[0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75].map(quantile).join(' ')}`)
  for (const [expression, accuracy] of others.slice(0, 5)) console.log(`  ${expression} ${accuracy.toFixed(3)}`)
}

function printAgreement(bySeed: ReadonlyMap<number, ReadonlyMap<string, number>>, first: number, second: number): void {
  const pairs = [...(bySeed.get(first) ?? [])].flatMap(([expression, a]) => {
    const b = bySeed.get(second)?.get(expression)
    return b === undefined ? [] : [[a, b] as const]
  })
  const { functions, spearman, learnt, spearmanOfLearnt } = compare(pairs)
  const ofLearnt = pairs.filter(([a, b]) => (a + b) / 2 >= LEARNT_LIMIT)
  const noise = Math.sqrt(average(ofLearnt.map(([a, b]) => (a - b) ** 2)) / 2)
  console.log(
    `seeds ${first} and ${second}: Spearman ${spearman?.toFixed(3)} over ${functions} functions, ` +
      `${spearmanOfLearnt?.toFixed(3)} over the ${learnt} above ${LEARNT_LIMIT}; ` +
      `standard deviation of these by the seed ${noise.toFixed(4)}`,
  )
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
