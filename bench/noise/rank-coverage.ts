// How often the true rank lies within rankInterval if every training is repeated.
//   node scripts/build.mjs && node build/bench/noise/rank-coverage.js [--repetitions 200] [--seed 1] [--truth shipped]
// The truth is a list of true values whose repetitions look like the shipped leaderboard; with `--truth shipped` it is the
// shipped leaderboard itself. Each repetition draws new runs
// for every function, with the numbers of runs that the shipped data have: the best 150 of the first run and some random
// functions get three. Errors are the shipped ones: distances of single runs from the mean of their function.
import { parseArgs } from 'node:util'
import { createRandom, type Random } from '../../src/numeric/random.js'
import { toRankData } from '../../src/numeric/ranks/measured-function.js'
import { createRankModel } from '../../src/numeric/ranks/rank-model.js'
import { median } from '../measurement.js'
import { createOldRule } from './old-rule.js'
import { type RepeatedFunction, readShipped, type Shipped } from './shipped-runs.js'

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    dataset: { type: 'string', default: 'mini-cnn,mini-resnet,mini-vit' },
    truth: { type: 'string', default: 'matched' },
  },
})

/** Positions of the simulated leaderboard: name, first and last rank, and the step between the ranks that are checked. */
const POSITIONS = [
  ['rank 1', 1, 1, 1],
  ['ranks 1 to 10', 1, 10, 1],
  ['ranks 11 to 100', 11, 100, 3],
  ['better half', 1, 0.5, 25],
  ['all', 1, 1, 25],
] as const

for (const name of values.dataset.split(',')) {
  const shipped = readShipped(name)
  const truth =
    values.truth === 'shipped'
      ? shipped.functions.map(({ value }) => value)
      : findTruth(shipped, createRandom(Number(values.seed), name, 'truth'))
  const random = createRandom(Number(values.seed), name, 'repetitions')
  const counts = POSITIONS.map(() => ({ checked: 0, inside: 0, old: 0, width: 0, oldWidth: 0 }))
  let [best, shippedFirst] = [0, 0]
  const started = performance.now()
  for (let repetition = 0; repetition < Number(values.repetitions); repetition++) {
    const functions = repeat(truth, shipped, random)
    const ranked = functions.map((each, index) => ({ ...each, index })).sort((a, b) => b.value - a.value)
    const model = createRankModel(toRankData(functions))
    const oldModel = createOldRule(functions)
    best += ranked[0].value
    shippedFirst = Math.max(...shipped.functions.map(({ value }) => value))
    for (const [i, [, from, to, step]] of POSITIONS.entries()) {
      const until = to <= 1 && i > 0 ? ranked.length * to : to
      for (let rank = from; rank <= until; rank += step) {
        const { value, runs, index } = ranked[rank - 1]
        // Functions with equal true values share their ranks.
        const [first, last] = [
          ranksOf(truth, (other) => other > truth[index]) + 1,
          ranksOf(truth, (other) => other >= truth[index]),
        ]
        const [interval, old] = [model.intervalOf({ value, runs: runs.length, rank }), oldModel(value, runs.length)]
        counts[i].checked++
        if (interval.best <= last && first <= interval.worst) counts[i].inside++
        if (old.best <= last && first <= old.worst) counts[i].old++
        counts[i].width += interval.worst - interval.best + 1
        counts[i].oldWidth += old.worst - old.best + 1
      }
    }
  }
  const seconds = (performance.now() - started) / 1000
  const bests = `best value ${(best / Number(values.repetitions)).toFixed(4)}, shipped ${shippedFirst.toFixed(4)}`
  console.log(
    `${name}: ${values.repetitions} repetitions, ${bests}, true best ${Math.max(...truth).toFixed(4)}, ${seconds.toFixed(0)} s`,
  )
  for (const [i, [position]] of POSITIONS.entries()) {
    const { checked, inside, old, width, oldWidth } = counts[i]
    const share = (count: number) => `${((100 * count) / checked).toFixed(1)}%`
    console.log(
      `  ${position.padEnd(16)} inside ${share(inside)}, mean width ${(width / checked).toFixed(1)};` +
        ` with two standard errors of a mean ${share(old)}, ${(oldWidth / checked).toFixed(1)}`,
    )
  }
}

/** True values whose repetitions have, on average, the shipped sorted evaluations: by repeated correction. */
function findTruth(shipped: Shipped, random: Random): number[] {
  const target = shipped.functions.map(({ value }) => value)
  const order = [...target.keys()].sort((a, b) => target[b] - target[a])
  const truth = [...target]
  for (let round = 0; round < 12; round++) {
    const means = new Float64Array(target.length)
    const draws = 8
    for (let draw = 0; draw < draws; draw++) {
      const sorted = repeat(truth, shipped, random)
        .map(({ value }) => value)
        .sort((a, b) => b - a)
      for (const [rank, value] of sorted.entries()) means[rank] += value / draws
    }
    const byRank = order.map((index) => truth[index])
    const corrected = byRank.map((value, rank) => value + 0.5 * (target[order[rank]] - means[rank]))
    corrected.sort((a, b) => b - a)
    for (const [rank, index] of order.entries()) truth[index] = corrected[rank]
  }
  return truth
}

/** All trainings again. */
function repeat(truth: readonly number[], { functions, errorNear }: Shipped, random: Random): RepeatedFunction[] {
  const draw = (index: number) => truth[index] + errorNear(truth[index], random)
  const first = truth.map((_, index) => draw(index))
  const chosen = new Set([...first.keys()].sort((a, b) => first[b] - first[a]).slice(0, 150))
  return functions.map(({ isRandomlyRepeated }, index) => {
    const runs = chosen.has(index) || isRandomlyRepeated ? [first[index], draw(index), draw(index)] : [first[index]]
    return { value: median(runs), runs, isRandomlyRepeated }
  })
}

function ranksOf(truth: readonly number[], isCounted: (value: number) => boolean): number {
  return truth.reduce((sum, value) => sum + (isCounted(value) ? 1 : 0), 0)
}
