// Which order predicts a new seed better: by medians, by one run, or by values that are shrunk towards the surrogate?
//   node scripts/build.mjs && node build/bench/noise/new-seed.js [--dataset mini-cnn] [--functions 300]
// For each shipped dataset and each of the seeds 1 and 2, the runs of this seed are left out. The surrogate is conditioned again
// on the medians of the other runs, with the shipped features and hyperparameters, and predicts each function from the others.
// Prints rank correlations with the ranks of the new seed, and how optimistic the ten best functions of each order are.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listSeedManifests, readSeedData } from '../../src/datasets/shipped/seed-folder.js'
import { fitPairNoise } from '../../src/numeric/comparisons/pair-noise.js'
import { fitPredictionErrors, shrinkToPrediction } from '../../src/numeric/comparisons/shrink.js'
import { computeSpearman } from '../../src/numeric/correlation.js'
import { medianError } from '../../src/numeric/median-error.js'
import { createRandom } from '../../src/numeric/random.js'
import { poolNoise } from '../../src/numeric/ranks/measured-function.js'
import { deviationAt } from '../../src/numeric/ranks/noise-scale.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { conditionOn } from '../../src/surrogate/gaussian-process/gaussian-posterior.js'
import { deserialiseGaussianProcess } from '../../src/surrogate/gaussian-process/gaussian-process-codec.js'
import { median } from '../measurement.js'

const { values } = parseArgs({
  options: { dataset: { type: 'string', default: '' }, functions: { type: 'string', default: '300' } },
})

interface Estimate {
  readonly expression: string
  readonly later: number
  readonly one: number
  readonly raw: number
  readonly prediction: number
  readonly shrunk: number
  readonly isInside: boolean
}

for (const { folder, manifest } of listSeedManifests(join(PROJECT_ROOT, 'seed'))) {
  if (values.dataset !== '' && values.dataset !== manifest.name) continue
  const data = readSeedData(folder, manifest)
  const shipped = data.surrogates.find(({ algorithm }) => algorithm === 'GAUSSIAN_PROCESS')
  if (!shipped) continue
  const fit = deserialiseGaussianProcess(Buffer.from(shipped.artifact, 'base64'))
  const runs = new Map<string, Map<number, number>>()
  for (const { expression, seed, validationAccuracy } of data.runs) {
    if (validationAccuracy === null || seed === null) continue
    const own = runs.get(expression) ?? new Map<number, number>()
    runs.set(expression, own.set(seed, validationAccuracy))
  }
  for (const seed of [1, 2]) {
    const estimates = await estimateWithout(seed, fit, runs)
    const random = createRandom('new seed', manifest.name)
    const chosen = new Set(random.permutation(estimates.length).subarray(0, Number(values.functions)))
    print(
      `${manifest.name}, new seed ${seed}`,
      estimates.filter((_, i) => chosen.has(i)),
      estimates,
    )
  }
}

async function estimateWithout(
  left: number,
  { ids, best, targets }: ReturnType<typeof deserialiseGaussianProcess>,
  runs: ReadonlyMap<string, ReadonlyMap<number, number>>,
): Promise<Estimate[]> {
  const known = ids.map((expression) => {
    const own = [...(runs.get(expression) ?? [])].filter(([seed]) => seed !== left)
    return own.map(([seed, value]) => ({ seed, value }))
  })
  const medians = known.map((own, i) => (own.length > 0 ? median(own.map(({ value }) => value)) : targets[i]))
  const { coordinates, posterior } = best
  const again = await conditionOn(
    coordinates,
    posterior.rows,
    Float64Array.from(posterior.rows, (row) => medians[row]),
    posterior.parameters,
  )
  const all = Array.from(posterior.rows, (row) => ({ value: medians[row], runs: known[row] }))
  const repeated = all.filter((each) => each.runs.length > 1)
  const pooled = poolNoise(all.map((each) => ({ value: each.value, runs: each.runs.map(({ value }) => value) })))
  const noise = fitPairNoise(repeated, (pooled?.deviation ?? 0) ** 2)
  if (!noise) throw new Error('noise: none in the shipped runs; expected some')
  const measurements = all.map(({ value, runs: own }, i) => ({
    measured: value,
    prediction: Math.min(1, Math.max(0, again.leftOutMeans[i])),
    error: medianError(Math.max(1, own.length)) * deviationAt(noise.total, value),
  }))
  const errors = fitPredictionErrors(measurements)
  if (!errors) throw new Error('measurements: too few for the errors of predictions')
  return measurements.flatMap((measurement, i) => {
    const expression = ids[posterior.rows[i]]
    const own = runs.get(expression)
    const [one, later] = [own?.get(0), own?.get(left)]
    if (one === undefined || later === undefined || known[posterior.rows[i]].length < 2) return []
    const { value, deviation } = shrinkToPrediction(errors, measurement)
    const { prediction, measured: raw } = measurement
    // One new run has an error of its own.
    const spread = Math.hypot(deviation, deviationAt(noise.total, value))
    return [
      { expression, later, one, raw, prediction, shrunk: value, isInside: Math.abs(later - value) < 1.96 * spread },
    ]
  })
}

function print(title: string, estimates: readonly Estimate[], all: readonly Estimate[]): void {
  console.log(`${title}: ${estimates.length} of ${all.length} functions with all seeds`)
  const later = estimates.map((each) => each.later)
  for (const name of ['one', 'raw', 'prediction', 'shrunk'] as const) {
    const own = estimates.map((each) => each[name])
    const good = estimates.filter((each) => each.later > 0.5)
    const correlation = computeSpearman(own, later)
    const amongGood = computeSpearman(
      good.map((each) => each[name]),
      good.map((each) => each.later),
    )
    const top = [...all].sort((a, b) => b[name] - a[name]).slice(0, 10)
    const mean = (of: (each: Estimate) => number) => top.reduce((sum, each) => sum + of(each), 0) / top.length
    const claimed = mean((each) => each[name])
    const found = mean((each) => each.later)
    console.log(
      `  by ${name.padEnd(10)} rank correlation ${correlation?.toFixed(4)}, above 0.5 ${amongGood?.toFixed(4)};` +
        ` top ten: claimed ${claimed.toFixed(4)}, new seed ${found.toFixed(4)}, too high by ${(claimed - found).toFixed(4)}`,
    )
  }
  const inside = all.filter((each) => each.isInside).length / all.length
  console.log(
    `  the new run is within the interval of the shrunk value in ${(100 * inside).toFixed(1)}% of ${all.length}`,
  )
}
