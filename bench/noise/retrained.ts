// Compares rankInterval with new trainings: the best functions of each shipped dataset, and some with a single run, were
// trained with two seeds that the shipped data do not have (`retrained.jsonl`, made by `actbench train --list --seed 3,4`).
//   node scripts/build.mjs && node build/bench/noise/retrained.js [--file bench/noise/retrained.jsonl]
// Prints how often the rank of the mean of the two new runs, among the shipped evaluations of the other functions, lies
// within the interval. Two runs have an error of their own, so even a perfect interval misses some of these ranks.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { toRankData } from '../../src/numeric/ranks/measured-function.js'
import { createRankModel, type RankInterval } from '../../src/numeric/ranks/rank-model.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { createOldRule } from './old-rule.js'
import { readShipped } from './shipped-runs.js'

const { values } = parseArgs({
  options: { file: { type: 'string', default: join(PROJECT_ROOT, 'bench/noise/retrained.jsonl') } },
})

interface NewRun {
  readonly dataset: string
  readonly expression: string
  readonly validationAccuracy: number
}

const runs: NewRun[] = readFileSync(values.file, 'utf8')
  .split('\n')
  .flatMap((line) => (line === '' ? [] : JSON.parse(line)))

for (const name of new Set(runs.map(({ dataset }) => dataset))) {
  const { functions } = readShipped(name)
  const model = createRankModel(toRankData(functions))
  const old = createOldRule(functions)
  const ranked = [...functions].sort((a, b) => b.value - a.value)
  for (const [from, to] of [
    [1, 12],
    [13, 36],
    [37, ranked.length],
  ]) {
    let [checked, inside, insideOld, insideAll, change] = [0, 0, 0, 0, 0]
    for (const [i, { expression, value, runs: shippedRuns }] of ranked.entries()) {
      const again = runs.filter((run) => run.dataset === name && run.expression === expression)
      if (again.length < 2 || i + 1 < from || i + 1 > to) continue
      const mean = again.reduce((sum, { validationAccuracy }) => sum + validationAccuracy, 0) / again.length
      const rankOf = (mean: number) => 1 + ranked.filter((other, index) => index !== i && other.value > mean).length
      const isInside = ({ best, worst }: RankInterval, rank: number) => best <= rank && rank <= worst
      const interval = model.intervalOf({ value, runs: shippedRuns.length, rank: i + 1 })
      const sum = [...shippedRuns, ...again.map((run) => run.validationAccuracy)].reduce(
        (total, each) => total + each,
        0,
      )
      checked++
      change += mean - value
      if (isInside(interval, rankOf(mean))) inside++
      if (isInside(old(value, shippedRuns.length), rankOf(mean))) insideOld++
      if (isInside(interval, rankOf(sum / (shippedRuns.length + again.length)))) insideAll++
    }
    if (checked === 0) continue
    console.log(
      `${name}, ${checked} functions of the ranks ${from} to ${to}: ${inside} inside (${insideOld} with two standard errors of a` +
        ` mean), ${insideAll} by the mean of all runs; new mean minus shipped evaluation ${(change / checked).toFixed(4)}`,
    )
  }
}
