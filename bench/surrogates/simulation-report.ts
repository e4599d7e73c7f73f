/**
 * Compares the strategies on all shipped datasets. Writes the tables between the two marks of docs/lab/simulations.md, and the
 * first of them into docs/surrogate.md, from the files of `actbench search simulate`: for each dataset NAME,
 * `FOLDER/NAME-plain.json` with all algorithms, and `-transfer`, `-random` and `-notwins` of some of them. Cells of files
 * that are missing stay empty. The charts of `-plain` become docs/lab/simulation-NAME.svg.
 *
 *   node build/bench/surrogates/simulation-report.js [--folder simulations]
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listSeedManifests } from '../../src/datasets/shipped/seed-folder.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { loadSeedTable } from '../../src/simulation/load-tabular-dataset.js'
import type { SimulatedRun } from '../../src/simulation/simulate-dataset.js'
import { type AlgorithmSummary, summariseRuns, type TimeToGoal } from '../../src/simulation/simulation-report.js'
import { fingerprintDataset } from '../../src/simulation/tabular-dataset.js'
import { toTable } from '../report/tables.js'
import { writeBetweenMarks } from '../report/write-between-marks.js'

const { values } = parseArgs({
  options: { folder: { type: 'string', default: 'simulations' } },
})
const datasets = listSeedManifests(join(PROJECT_ROOT, 'seed')).map(({ manifest: { name, title } }) => ({ name, title }))

/** What `actbench search simulate` writes. */
interface Simulation {
  readonly data: string
  readonly runs: readonly SimulatedRun[]
}

interface Row {
  readonly label: string
  readonly kind: string
  readonly algorithm: string
}

const own = (kind: string, algorithms: readonly string[]): Row[] =>
  algorithms.map((algorithm) => ({ label: `\`${algorithm}\``, kind, algorithm }))
const ALL = [
  ...own('transfer', ['EXPECTED_IMPROVEMENT', 'SURROGATE']).map((row) => ({
    ...row,
    label: `${row.label} with transfer`,
  })),
  ...own('plain', ['EXPECTED_IMPROVEMENT', 'SURROGATE', 'UMAP_KNN', 'REGULARIZED_EVOLUTION', 'ASHA', 'RANDOM']),
]
const SOME = ['EXPECTED_IMPROVEMENT', 'SURROGATE', 'RANDOM']

const KINDS = ['plain', 'transfer', 'random', 'notwins']
/** By dataset and kind. */
const summaries = new Map(
  datasets.flatMap(({ name }) => KINDS.map((kind) => [`${name}-${kind}`, readSummaries(name, kind)] as const)),
)
const ofChance = ({ toTop, toTopAtRandom }: AlgorithmSummary) =>
  `${formatTime(toTop, 1)} (${(toTop.meanAtLeast / toTopAtRandom).toFixed(2)})`
const COMMAND = 'bench/simulation-report'
writeBetweenMarks(join(PROJECT_ROOT, 'docs/surrogate.md'), COMMAND, format(ALL, ofChance))
writeBetweenMarks(
  join(PROJECT_ROOT, 'docs/lab/simulations.md'),
  COMMAND,
  [
    describe('Evaluations to the top 1%', 'In brackets: divided by the average of random drawing.', ALL, ofChance),
    describe('Evaluations to the best', '', ALL, ({ toBest }) => formatTime(toBest, 1)),
    describe('Seconds of training to the top 1%', 'By the virtual clock, with one worker.', ALL, ({ secondsToTop }) =>
      formatTime(secondsToTop, 0),
    ),
    describe('Regret after 25 evaluations', 'Mean distance from the best accuracy.', ALL, ({ regret }) =>
      regret[25] === null ? 'unknown' : regret[25].toFixed(4),
    ),
    describe(
      'One run of each function instead of the median',
      'Evaluations to the top 1%, judged by medians: `--value random`. A lucky run looks best for long, which delays random drawing too.',
      own('random', SOME),
      ofChance,
    ),
    describe(
      'Without scaled twins',
      'Evaluations to the top 1%, with one function of each class `a f + b`: `--no-twins`.',
      own('notwins', SOME),
      ofChance,
    ),
  ].join('\n'),
)

function describe(
  title: string,
  text: string,
  rows: readonly Row[],
  toCell: (summary: AlgorithmSummary) => string,
): string {
  return `## ${title}\n\n${text === '' ? '' : `${text}\n\n`}${format(rows, toCell)}`
}

function format(rows: readonly Row[], toCell: (summary: AlgorithmSummary) => string): string {
  const cells = rows.map(({ label, kind, algorithm }) => [
    label,
    ...datasets.map(({ name }) => {
      const summary = summaries.get(`${name}-${kind}`)?.find((each) => each.algorithm === algorithm)
      return summary ? toCell(summary) : ''
    }),
  ])
  return toTable(['', ...datasets.map(({ title }) => title)], cells)
}

/** Reads a file of simulations, if it exists, and copies the chart of `plain`. Refuses other data than those that ship. */
function readSummaries(name: string, kind: string): AlgorithmSummary[] {
  const path = join(values.folder, `${name}-${kind}`)
  if (!existsSync(`${path}.json`)) return []
  const { data, runs }: Simulation = JSON.parse(readFileSync(`${path}.json`, 'utf8'))
  if (kind === 'plain') {
    if (data !== fingerprintDataset(loadSeedTable(name)))
      throw new Error(`${path}.json: simulated on other data; run \`actbench search simulate ${name}\` again`)
    copyFileSync(`${path}.svg`, join(PROJECT_ROOT, `docs/lab/simulation-${name}.svg`))
  }
  return summariseRuns(runs)
}

function formatTime({ mean, meanAtLeast }: TimeToGoal, digits: number): string {
  return mean === null ? `≥ ${meanAtLeast.toFixed(digits)}` : mean.toFixed(digits)
}
