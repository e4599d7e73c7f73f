/**
 * Quality of GAUSSIAN_PROCESS on the shipped datasets by cross-validation that keeps scaled twins together: the best process
 * alone, and the stack of processes and neighbours, with its weights.
 *
 *   node build/bench/surrogates/stack.js [--dataset mini-cnn]
 */
import { parseArgs } from 'node:util'
import { computeShape } from '../../src/activations/comparison/shape.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { listSeedManifests } from '../../src/datasets/shipped/seed-folder.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { loadSeedTable } from '../../src/simulation/load-tabular-dataset.js'
import { type MeasuredFunction, toOutputMatrix, toSpectrumMatrix } from '../../src/simulation/tabular-dataset.js'
import { fitGaussianProcess } from '../../src/surrogate/gaussian-process/gaussian-process.js'
import { rateGaussianProcess } from '../../src/surrogate/gaussian-process/gaussian-process-quality.js'
import { FIT_SEED } from '../../src/surrogate/surrogate-method.js'

const { values } = parseArgs({ options: { dataset: { type: 'string' } } })
const names = values.dataset
  ? [values.dataset]
  : listSeedManifests(`${PROJECT_ROOT}/seed`).map(({ manifest }) => manifest.name)
for (const name of names) {
  const { measured } = loadSeedTable(name)
  const withSpectra = measured.filter(({ spectrum }) => spectrum !== null)
  const bare = measured.filter(({ spectrum }) => spectrum === null)
  const describe = (functions: readonly MeasuredFunction[]) => ({
    ids: functions.map(({ id }) => id),
    outputs: toOutputMatrix(functions).values,
    targets: Float64Array.from(functions, ({ validationAccuracy }) => validationAccuracy),
  })
  const fit = await fitGaussianProcess({
    ...describe(withSpectra),
    spectra: toSpectrumMatrix(withSpectra).values,
    withoutSpectra: bare.length > 0 ? describe(bare) : null,
    seed: FIT_SEED,
  })
  const classes = [...withSpectra, ...bare].map(({ expression }) => computeShape(parseExpression(expression)))
  for (const stacks of [false, true]) {
    const { quality, fit: rated } = await rateGaussianProcess(fit, { seed: FIT_SEED, classes, stacks })
    const { spearman, meanAbsoluteError, topRecall, quarters } = quality
    console.log(
      [
        `${name}, ${stacks ? 'stack' : 'best process'}: Spearman ${spearman?.toFixed(3)}`,
        `mean absolute error ${meanAbsoluteError.toFixed(4)}, share of the top 1% ${topRecall.toFixed(2)}`,
        `coverage by quarter ${quarters.map(({ intervalCoverage }) => intervalCoverage.toFixed(2)).join(' ')}`,
        ...(rated.stack ? [`weights ${rated.stack.weights.map((weight) => weight.toFixed(2)).join(' ')}`] : []),
      ].join(', '),
    )
  }
}
