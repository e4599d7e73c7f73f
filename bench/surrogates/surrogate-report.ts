/**
 * Compares features and methods on the shipped datasets. Writes the tables between the two marks of
 * docs/lab/surrogate-quality.md, and the charts docs/lab/surrogate-<dataset>.svg.
 *
 *   node build/bench/surrogates/surrogate-report.js [--repeats 3]
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listSeedManifests } from '../../src/datasets/shipped/seed-folder.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { drawLineChart } from '../../src/simulation/line-chart.js'
import { loadSeedTable } from '../../src/simulation/load-tabular-dataset.js'
import { type TabularDataset, wouldUseSpectra } from '../../src/simulation/tabular-dataset.js'
import { writeBetweenMarks } from '../report/write-between-marks.js'
import { type Cell, measurePredictors } from './measure-predictors.js'
import { listPredictors } from './surrogate-predictors.js'

const { values } = parseArgs({ options: { repeats: { type: 'string', default: '3' } } })
const SIZES = [20, 50, 100, 500]
const lab = join(PROJECT_ROOT, 'docs/lab')

const parts: string[] = []
for (const { manifest } of listSeedManifests(join(PROJECT_ROOT, 'seed'))) {
  const dataset = loadSeedTable(manifest.name)
  if (dataset.measured.length >= 40) parts.push(await describeDataset(manifest.title, dataset))
}
writeBetweenMarks(join(lab, 'surrogate-quality.md'), 'bench/surrogate-report', parts.join('\n'))

async function describeDataset(title: string, dataset: TabularDataset): Promise<string> {
  const { name } = dataset
  const comparable = keepComparable(dataset)
  const { measured } = comparable
  const predictors = await listPredictors(comparable)
  const sizes = SIZES.filter((size) => size <= 0.8 * measured.length)
  const cells = await measurePredictors(measured, predictors, sizes, Number(values.repeats), (done) =>
    process.stderr.write(`${name}: ${done}\n`),
  )
  writeFileSync(join(lab, `surrogate-${name}.svg`), drawCells(title, cells))
  return [
    `## ${title}`,
    '',
    `These tables use ${measured.length} of ${dataset.measured.length} measured functions: those with a usable spectrum (all of them if fewer than half have one). The columns give the number of training functions; all other functions are held out, and each value is the mean over random training sets: ${values.repeats} for each number. Column \`all\` is five-fold cross-validation. A cell shows Spearman's correlation / mean absolute error / coverage of the 90% interval, if the method has one.`,
    '',
    formatTable(cells, [...sizes, 'all']),
    'Five-fold cross-validation on all measurements, with every measure that the API serves as `quality`:',
    '',
    formatQualities(cells.filter(({ size }) => size === 'all')),
    `![Spearman by training-set size](surrogate-${name}.svg)`,
    '',
    judge(cells),
    '',
  ].join('\n')
}

/** Features are compared on the functions that have both, if at least half of them do. */
function keepComparable(dataset: TabularDataset): TabularDataset {
  if (!wouldUseSpectra(dataset)) return dataset
  return { ...dataset, measured: dataset.measured.filter(({ spectrum }) => spectrum !== null) }
}

function formatTable(cells: readonly Cell[], columns: readonly (number | 'all')[]): string {
  const keys = [...new Set(cells.map(({ method, features }) => `${method} | ${features}`))]
  const rows = keys.map((key) => {
    const own = columns.map((size) => {
      const cell = cells.find((each) => `${each.method} | ${each.features}` === key && each.size === size)
      if (!cell) return ''
      const coverage = cell.coverage === null ? '' : ` / ${cell.coverage.toFixed(2)}`
      return `${cell.spearman.toFixed(3)} / ${cell.error.toFixed(3)}${coverage}`
    })
    return `| ${key} | ${own.join(' | ')} |`
  })
  return [
    `| method | features | ${columns.join(' | ')} |`,
    `|---|---|${columns.map(() => '---').join('|')}|`,
    ...rows,
    '',
  ].join('\n')
}

function formatQualities(cells: readonly Cell[]): string {
  const lines = cells.map(
    ({ method, features, spearman, kendall, error, recall, coverage }) =>
      `| ${method} | ${features} | ${spearman.toFixed(3)} | ${kendall.toFixed(3)} | ${error.toFixed(3)} | ${recall.toFixed(2)} | ${coverage?.toFixed(2) ?? ''} |`,
  )
  return [
    '| method | features | Spearman | Kendall | mean absolute error | recall of the top 1% | coverage of the 90% interval |',
    '|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

/** Tests the paper's claim for each method: do both features predict, and are they best together? */
function judge(cells: readonly Cell[]): string {
  const lines = ['UMAP_KNN', 'Gaussian process', '3 nearest, raw'].flatMap((method) => {
    const at = (features: string) =>
      cells.find((cell) => cell.method === method && cell.features === features && cell.size === 'all')?.spearman
    const [outputs, spectra, both] = [at('outputs'), at('spectra'), at('both')]
    if (outputs === undefined || spectra === undefined || both === undefined) return []
    const gain = both - Math.max(outputs, spectra)
    const verdict =
      gain > 0.01 ? 'confirmed' : gain < -0.01 ? 'contradicted' : 'neither confirmed nor contradicted (within 0.01)'
    return [
      `- ${method}: outputs ${outputs.toFixed(3)}, spectra ${spectra.toFixed(3)}, both ${both.toFixed(3)}; the claim is ${verdict}.`,
    ]
  })
  return [
    "The paper claims that outputs and spectra both predict, and that both together predict best. Spearman's correlation with all measurements:",
    '',
    ...lines,
  ].join('\n')
}

function drawCells(title: string, cells: readonly Cell[]): string {
  const most = Math.max(...cells.map(({ training }) => training))
  const draw = (method: string) => ({
    ...{ title: `${title}: ${method}`, xLabel: 'training functions', yLabel: "Spearman's correlation" },
    isLogarithmic: true,
    lines: [...new Set(cells.filter((cell) => cell.method === method).map(({ features }) => features))].map((name) => ({
      name,
      points: cells
        .filter((cell) => cell.method === method && cell.features === name)
        .map(({ training, spearman }) => ({ x: Math.min(training, most), y: spearman }))
        .sort((a, b) => a.x - b.x),
    })),
  })
  return drawLineChart(['3 nearest, raw', 'UMAP_KNN', 'Gaussian process'].map(draw))
}
