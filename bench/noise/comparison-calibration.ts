// How often comparisons are wrong: false positives at 5%, coverage of 95% intervals, and whether tie group 1 has the truly best.
//   node scripts/build.mjs && node build/bench/noise/comparison-calibration.js [--repetitions 1000] [--dataset mini-cnn] [--levels]
// Each simulated leaderboard repeats all trainings: the shipped evaluations are the true values, and errors are those of shipped
// runs of functions with similar values. A seed moves similar functions together, as much as in the shipped runs.
// Then functions are compared with themselves and with each other by runs that were really trained again.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listSeedManifests, readSeedData } from '../../src/datasets/shipped/seed-folder.js'
import { compareFunctions } from '../../src/numeric/comparisons/compare-functions.js'
import {
  type ComparedFunction,
  fitPairNoise,
  type PairNoise,
  type SeededRun,
} from '../../src/numeric/comparisons/pair-noise.js'
import { findTieGroups } from '../../src/numeric/comparisons/tie-groups.js'
import { createRandom, type Random } from '../../src/numeric/random.js'
import { poolNoise } from '../../src/numeric/ranks/measured-function.js'
import { deviationAt } from '../../src/numeric/ranks/noise-scale.js'
import { studentQuantile } from '../../src/numeric/student.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { median } from '../measurement.js'

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '1000' },
    groups: { type: 'string', default: '100' },
    dataset: { type: 'string', default: '' },
    levels: { type: 'boolean', default: false },
  },
})

/** Comparisons of a kind, and how many of them were wrong. */
class Tally {
  private readonly counts = new Map<string, [right: number, all: number]>()

  add(kind: string, isRight: boolean): void {
    const [right, all] = this.counts.get(kind) ?? [0, 0]
    this.counts.set(kind, [right + (isRight ? 1 : 0), all + 1])
  }

  print(title: string): void {
    console.log(title)
    for (const [kind, [right, all]] of this.counts)
      console.log(`  ${kind.padEnd(64)} ${((100 * right) / all).toFixed(1).padStart(5)}% of ${all}`)
  }
}

/** The seeds of the two sides, and a name. */
const KINDS = [
  ['three common seeds', [0, 1, 2], [0, 1, 2]],
  ['two common seeds', [0, 1], [0, 1]],
  ['one run each, the same seed', [0], [0]],
  ['three runs and one, one common seed', [0, 1, 2], [0]],
  ['one run each, different seeds', [1], [2]],
] as const
const PAIRS = 40
/** Number of functions with similar values whose errors one function may have. */
const NEAR = 40
/** A run failed if it is this many deviations below the median. */
const FAILED = 4
/** No run is better than the best shipped one by more than this. */
const HEADROOM = 0.02

for (const { folder, manifest } of listSeedManifests(join(PROJECT_ROOT, 'seed'))) {
  if (values.dataset !== '' && values.dataset !== manifest.name) continue
  const shipped = readFunctions(readSeedData(folder, manifest).runs)
  simulate(manifest.name, shipped)
  compareRetrained(manifest.name, shipped)
}

function readFunctions(runs: ReturnType<typeof readSeedData>['runs']): ComparedFunction[] {
  const found = new Map<string, SeededRun[]>()
  for (const { expression, seed, validationAccuracy } of runs) {
    if (validationAccuracy === null) continue
    const own = found.get(expression) ?? []
    found.set(expression, own)
    own.push({ seed, value: validationAccuracy })
  }
  return [...found.values()].map(toFunction)
}

function toFunction(runs: readonly SeededRun[]): ComparedFunction {
  return {
    value: median(runs.map(({ value }) => value)),
    runs: [...runs].sort((a, b) => (a.seed ?? 0) - (b.seed ?? 0)),
  }
}

function fitNoise(functions: readonly ComparedFunction[]): PairNoise {
  const pooled = poolNoise(functions.map(({ value, runs }) => ({ value, runs: runs.map((run) => run.value) })))
  const noise = fitPairNoise(
    functions.filter(({ runs }) => runs.length > 1),
    (pooled?.deviation ?? 0) ** 2,
  )
  if (!noise) throw new Error('noise: none in these runs; expected some')
  return noise
}

function simulate(name: string, shipped: readonly ComparedFunction[]): void {
  const random = createRandom('calibration', name)
  const tally = new Tally()
  const errorsOf = createErrors(shipped)
  const good = shipped.flatMap(({ value }, i) => (value > 0.6 ? [i] : []))
  const truest = shipped.reduce((best, { value }, i) => (value > shipped[best].value ? i : best), 0)
  for (let repetition = 0; repetition < Number(values.repetitions); repetition++) {
    const draw = errorsOf(random)
    const retrain = (value: number, seeds: readonly number[]) =>
      toFunction(seeds.map((seed) => ({ seed, value: value + draw(value, seed) })))
    // The noise does not depend on functions with one run, so they are trained again only where groups are made.
    const withGroups = repetition < Number(values.groups)
    const functions = shipped.map((each) =>
      withGroups || each.runs.length > 1
        ? retrain(
            each.value,
            each.runs.map(({ seed }) => seed ?? 0),
          )
        : each,
    )
    const noise = fitNoise(functions)
    for (const [kind, left, right] of KINDS) {
      for (let pair = 0; pair < PAIRS; pair++) {
        const { value } = shipped[good[random.integer(good.length)]]
        const equal = compareFunctions(noise, retrain(value, left), retrain(value, right))
        const isWrong = (equal.pValue ?? 1) < 0.05
        tally.add(`false positives, ${kind}`, isWrong)
        if (values.levels)
          tally.add(`false positives, ${kind}, from ${(Math.floor(20 * value) / 20).toFixed(2)}`, isWrong)
        const other = value - 0.1 * random.uniform()
        const unequal = compareFunctions(noise, retrain(value, left), retrain(other, right))
        const reach = studentQuantile(0.05, unequal.degrees) * (unequal.standardError ?? 0)
        tally.add(`coverage, ${kind}`, Math.abs(unequal.difference - (value - other)) <= reach)
      }
    }
    if (!withGroups) continue
    const groups = findTieGroups(
      noise,
      functions.map((each) => ({ ...each, count: 1 })),
      1,
    )
    tally.add('tie group 1 has the truly best function', groups.groupOf(functions[truest]) === 1)
  }
  tally.print(`${name}: ${values.repetitions} simulated leaderboards`)
}

/**
 * A source of errors like the shipped ones. The part that functions of a level share under a seed is that of a random shipped
 * seed with a random sign, the same for the whole leaderboard. The rest is that of any function with a similar value.
 */
function createErrors(shipped: readonly ComparedFunction[]) {
  const full = shipped.filter(({ runs }) => runs.length === 3).sort((a, b) => a.value - b.value)
  const most = Math.max(...shipped.flatMap(({ runs }) => runs.map(({ value }) => value))) + HEADROOM
  const noise = fitNoise(shipped)
  const errors = full.map(({ value: middle, runs }) => {
    // A run that failed says nothing good about the others: they are compared with each other only.
    const sound = runs.filter(({ value }) => value > middle - FAILED * deviationAt(noise.own, middle))
    const mean = sound.reduce((sum, { value }) => sum + value, 0) / sound.length
    // Distances from a mean of three are smaller than distances from the true mean.
    return runs.map(({ value }) => (value - mean) * Math.sqrt(sound.length / (sound.length - 1)))
  })
  const startOf = (place: number) => Math.max(0, Math.min(full.length - NEAR, place - NEAR / 2))
  const shared = full.map((_, place) => {
    const near = errors.slice(startOf(place), startOf(place) + NEAR)
    return [0, 1, 2].map((seed) => near.reduce((sum, each) => sum + each[seed], 0) / near.length)
  })
  return (random: Random) => {
    const donors = [0, 1, 2].map(() => [random.integer(3), random.uniform() < 0.5 ? 1 : -1])
    return (value: number, seed: number): number => {
      let [place, high] = [0, full.length - 1]
      while (place < high) {
        const middle = (place + high) >> 1
        if (full[middle].value >= value) high = middle
        else place = middle + 1
      }
      const [donor, sign] = donors[seed]
      for (;;) {
        const other = startOf(place) + random.integer(Math.min(NEAR, full.length))
        const any = random.integer(3)
        const error = sign * shared[place][donor] + errors[other][any] - shared[other][any]
        // The luck of a function that mostly fails is not possible higher up.
        if (value + error <= most) return error
      }
    }
  }
}

/** Runs that were really trained: every function is equal to itself, and a third seed checks a comparison by two. */
function compareRetrained(name: string, shipped: readonly ComparedFunction[]): void {
  const tally = new Tally()
  const noise = fitNoise(shipped)
  const full = shipped.filter(({ runs, value }) => runs.length === 3 && value > 0.6)
  const one = ({ runs }: ComparedFunction, seed: number) => toFunction([runs[seed]])
  const random = createRandom('retrained', name)
  for (const each of full) {
    for (const [a, b] of [
      [0, 1],
      [1, 2],
      [0, 2],
    ])
      tally.add(
        'false positives, a function with itself under another seed',
        (compareFunctions(noise, one(each, a), one(each, b)).pValue ?? 1) < 0.05,
      )
  }
  for (let pair = 0; pair < 2000; pair++) {
    const [a, b] = [full[random.integer(full.length)], full[random.integer(full.length)]]
    if (a === b) continue
    const left = random.integer(3)
    const without = (each: ComparedFunction) => toFunction(each.runs.filter((_, i) => i !== left))
    const { difference, standardError, degrees } = compareFunctions(noise, without(a), without(b))
    // The difference under the third seed has an error of its own.
    const own = Math.hypot(deviationAt(noise.own, a.value), deviationAt(noise.own, b.value))
    const reach = studentQuantile(0.05, degrees) * Math.hypot(standardError ?? 0, own)
    tally.add(
      'coverage, the difference under the third seed by two',
      Math.abs(a.runs[left].value - b.runs[left].value - difference) <= reach,
    )
  }
  tally.print(`${name}: runs that were really trained`)
}
