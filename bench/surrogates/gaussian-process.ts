/**
 * Measures GAUSSIAN_PROCESS on large data: CPU seconds of a fit on 3,000 measured functions and CPU time of a
 * prediction. It also compares processes with different numbers of inducing functions with the exact process, on 400
 * held-out functions. The functions come from a space of a million. Accuracies are synthetic (smooth in the outputs,
 * noise of 0.015), and so are spectra.
 *
 *   node build/bench/surrogates/gaussian-process.js [--measured 3000] [--inducing 128,256,512,1024]
 */
import process from 'node:process'
import { parseArgs } from 'node:util'
import { computeSpearman } from '../../src/numeric/correlation.js'
import { createRandomStream } from '../../src/numeric/random.js'
import { type ActivationDescription, describeActivation } from '../../src/services/activations/describe-activation.js'
import { createSampledSpace } from '../../src/services/candidates/sample-space.js'
import { conditionOn, type Posterior, predictAt } from '../../src/surrogate/gaussian-process/gaussian-posterior.js'
import {
  fitGaussianProcess,
  predictGaussianProcess,
  toQueryCoordinates,
} from '../../src/surrogate/gaussian-process/gaussian-process.js'
import { computeSyntheticAccuracy, computeSyntheticSpectrum } from '../../test/support/fixtures/learning-fixture.js'

const { values } = parseArgs({
  options: { measured: { type: 'string', default: '3000' }, inducing: { type: 'string', default: '128,256,512,1024' } },
})
const measured = Number(values.measured)
const HELD_OUT = 400
const functions = drawFunctions(measured + HELD_OUT)
const { normal } = createRandomStream(1)
const accuracies = functions.map(({ outputs }) =>
  Math.min(1, Math.max(0, computeSyntheticAccuracy(outputs) + 0.015 * normal())),
)
const outputs = concatenate(functions.map((each) => each.outputs))
const spectra = concatenate(functions.map((each) => computeSyntheticSpectrum(each.outputs)))
const targets = Float64Array.from(accuracies, (accuracy, row) => (row < measured ? accuracy : Number.NaN))
const ids = functions.map(({ identityHex }) => identityHex)

const fit = await time(`fit on ${measured} measured functions`, () =>
  fitGaussianProcess({ ids, outputs, spectra, targets, seed: 42 }),
)
const { best } = fit
const kinds = [best.outputProjection && `outputs (${best.outputProjection.form})`, best.spectrumProjection && 'spectra']
console.log(`  by ${kinds.filter((kind) => kind !== null).join(' and ')}`)
const query = {
  rows: HELD_OUT,
  outputs: outputs.subarray(measured * 1000),
  spectra: spectra.subarray((measured * spectra.length) / functions.length),
}
const seconds = await cpu(() => predictGaussianProcess(fit, query))
console.log(
  `${HELD_OUT} predictions with their most influential functions: ${((1e3 * seconds) / HELD_OUT).toFixed(3)} ms CPU each`,
)

const coordinates = await toQueryCoordinates(best, query)
const rows = Int32Array.from({ length: measured }, (_, row) => row)
const condition = (mostInducing: number) =>
  conditionOn(best.coordinates, rows, fit.targets, best.posterior.parameters, { mostInducing })
const predict = (posterior: Posterior) =>
  Array.from({ length: HELD_OUT }, (_, row) => predictAt(posterior, best.coordinates, coordinates, row))
const exact = await time('exact process', () => condition(measured))
const wanted = predict(exact)
report(`exact, ${measured} functions`, exact)
for (const count of values.inducing.split(',').map(Number))
  report(`${count} inducing functions`, await condition(count))

function report(title: string, posterior: Posterior) {
  const before = process.cpuUsage()
  const found = predict(posterior)
  const { user, system } = process.cpuUsage(before)
  const held = accuracies.slice(measured)
  const rms = (select: (each: (typeof found)[number], row: number) => number) =>
    Math.sqrt(found.reduce((sum, each, row) => sum + select(each, row) ** 2 / HELD_OUT, 0))
  const means = found.map(({ mean }) => mean)
  console.log(
    [
      title,
      `${((user + system) / 1e3 / HELD_OUT).toFixed(3)} ms CPU per prediction`,
      `means differ from exact by ${rms(({ mean }, row) => mean - wanted[row].mean).toFixed(5)} (root mean square)`,
      `deviations by ${rms(({ deviation }, row) => deviation / wanted[row].deviation - 1).toFixed(4)} of themselves`,
      `error ${rms(({ mean }, row) => mean - held[row]).toFixed(4)}`,
      `Spearman ${computeSpearman(means, held)?.toFixed(4)}`,
    ].join('; '),
  )
}

function drawFunctions(count: number): ActivationDescription[] {
  const space = createSampledSpace([
    'unary(unary(x))',
    'binary(unary(x),unary(x))',
    'n-ary(unary(x),unary(x),unary(x))',
  ])
  const drawn = new Map<string, ActivationDescription>()
  for (let draw = 0; drawn.size < count; draw++) {
    const described = describeActivation(space.sample(1, draw))
    if (described.isFinite) drawn.set(described.identityHex, described)
  }
  return [...drawn.values()]
}

function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.length * vectors[0].length)
  for (const [row, vector] of vectors.entries()) all.set(vector, row * vector.length)
  return all
}

async function cpu(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function time<Result>(title: string, work: () => Promise<Result>): Promise<Result> {
  let result: Result | undefined
  const seconds = await cpu(async () => {
    result = await work()
  })
  console.log(`${title}: ${seconds.toFixed(1)} s CPU`)
  return result as Result
}
