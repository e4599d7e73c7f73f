/**
 * Writes the tables of docs/lab/published-recipes.md between its marks, and the chart next to it, from files of
 * bench/training/published-recipes. Trials with a changed recipe are left out.
 *
 *   node build/bench/report/published-recipes-report.js published.jsonl ... [--page PAGE] [--charts FOLDER]
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PROJECT_ROOT } from '../../src/root.js'
import { drawLineChart } from '../../src/simulation/line-chart.js'
import type { PublishedTrial, TrialPoint } from '../training/published-trial.js'
import { writeBetweenMarks } from './write-between-marks.js'

const TASKS = { fashion: 'Fashion-MNIST', drawn: 'drawn waves' }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    page: { type: 'string', default: join(PROJECT_ROOT, 'docs/lab/published-recipes.md') },
    charts: { type: 'string', default: join(PROJECT_ROOT, 'docs/lab') },
  },
})
const trials = positionals.flatMap(readTrials).filter(({ changes }) => Object.keys(changes).length === 0)
const titles = [...new Set(trials.map(toTitle))]
const sections = titles.map((title) => ({ title, trials: trials.filter((trial) => toTitle(trial) === title) }))
writeFileSync(join(values.charts, 'published-recipes.svg'), drawCurves())
writeBetweenMarks(values.page, 'bench/published-recipes-report', describe())

function readTrials(file: string): PublishedTrial[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as PublishedTrial)
}

function toTitle({ dataset, version, task }: PublishedTrial): string {
  return `${dataset}, version ${version}, ${TASKS[task]}`
}

function drawCurves(): string {
  return drawLineChart(
    sections.map(({ title, trials }) => ({
      title,
      xLabel: 'step',
      yLabel: 'held-out accuracy',
      lines: trials.map(({ expression, points }) => ({
        name: expression,
        points: points.map(({ step, accuracy }) => ({ x: step, y: accuracy })),
      })),
    })),
  )
}

function describe(): string {
  const chart = '![Accuracy on held-out pictures by step](published-recipes.svg)\n'
  return [...sections.map(({ title, trials }) => `## ${title}\n\n${describeTrials(trials)}`), chart].join('\n')
}

function describeTrials(trials: readonly PublishedTrial[]): string {
  const [{ points, batchSize, heldOut, width, rates }] = trials
  const steps = points.map(({ step }) => step)
  const head = ['function', 'first loss of batches', 'last', 'last accuracy of batches']
  const columns = [...head, ...steps.map((step) => `held out, ${step}`), 'last loss held out']
  const rows = trials.map(({ expression, points }) => {
    const [, first] = points
    const last = points[points.length - 1]
    const ofBatches = [first.trainLoss, last.trainLoss, last.trainAccuracy]
    const numbers = [...ofBatches, ...points.map(({ accuracy }: TrialPoint) => accuracy), last.loss]
    return `| \`${expression}\` | ${numbers.map(format).join(' | ')} |`
  })
  return [
    `Batches of ${batchSize}, ${heldOut} pictures held out, ${width === 1 ? 'all' : `${100 * width}% of the`} filters, rates up to ${rates[1]}. Accuracies unless it says loss.`,
    '',
    `| ${columns.join(' | ')} |`,
    `| --- |${columns
      .slice(1)
      .map(() => ' ---: |')
      .join('')}`,
    ...rows,
    '',
  ].join('\n')
}

function format(value: number | null): string {
  if (value === null) return 'not finite'
  return value < 100 ? value.toFixed(3) : Math.round(value).toLocaleString('en')
}
