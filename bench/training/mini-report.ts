/**
 * Describes the Mini datasets from the data in seed/ and from files of runs. Writes the tables between the two marks of
 * docs/lab/mini-results.md and docs/mini-benchmark.md, and the charts docs/lab/mini-accuracies.svg and docs/lab/mini-networks.svg.
 *
 *   node build/bench/training/mini-report.js [--runs mini-vit-runs.jsonl ...]
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { chooseExpressions } from '../../src/bulk/choose-expressions.js'
import { parseRunLine, type RunLine } from '../../src/datasets/shipped/run-line.js'
import { listSeedManifests } from '../../src/datasets/shipped/seed-folder.js'
import { SEED_FILES } from '../../src/datasets/shipped/seed-manifest.js'
import { SHIPPED_DESCRIPTIONS } from '../../src/datasets/shipped/shipped-descriptions.js'
import { PROJECT_ROOT } from '../../src/root.js'
import { drawAccuracies, drawNetworks } from './mini-charts.js'
import { listPairs, pairNetworks, rankEvaluations } from './mini-figures.js'
import {
  describeAgreement,
  describeBaselines,
  describeBest,
  describeDistribution,
  describeNoise,
  describeOverview,
  type MiniDataset,
} from './mini-tables.js'

const BEGIN = '<!-- written by bench/mini-report: begin -->'
const END = '<!-- written by bench/mini-report: end -->'
const lab = join(PROJECT_ROOT, 'docs/lab')

const { values } = parseArgs({ options: { runs: { type: 'string', multiple: true, default: [] } } })
const datasets = loadDatasets(values.runs)
writeCharts(datasets)
writeBetweenMarks(join(lab, 'mini-results.md'), describe(datasets))
writeBetweenMarks(join(PROJECT_ROOT, 'docs/mini-benchmark.md'), describeOverview(datasets))

function describe(found: readonly MiniDataset[]): string {
  return [
    '## Distribution of accuracies',
    '',
    describeDistribution(found),
    '![How many functions reach which validation accuracy](mini-accuracies.svg)',
    '',
    '## The baselines',
    '',
    ...found.map(describeBaselines),
    '## Noise between seeds',
    '',
    describeNoise(found),
    '## The ten best',
    '',
    ...found.map(describeBest),
    ...(found.length > 1
      ? [
          '## Agreement between networks',
          '',
          describeAgreement(found),
          '![Validation accuracies of the same functions in two networks](mini-networks.svg)',
          '',
        ]
      : []),
  ].join('\n')
}

/** The shipped runs, then those of the files. A run that occurs twice counts once. */
function loadDatasets(files: readonly string[]): (MiniDataset & { readonly name: string })[] {
  const shipped = listSeedManifests(join(PROJECT_ROOT, 'seed')).map(({ folder }) => join(folder, SEED_FILES.runs))
  const byName = new Map<string, Map<string, RunLine>>()
  for (const run of [...shipped, ...files].flatMap(readRuns)) {
    const runs = byName.get(run.dataset) ?? new Map<string, RunLine>()
    byName.set(run.dataset, runs.set(`${run.seed} ${run.expression}`, run))
  }
  const randomOrder = chooseExpressions({ kind: 'SPACE' })
  return Array.from(byName, ([name, found]) => {
    const runs = [...found.values()]
    return { name, title: titleOf(name), ranked: rankEvaluations(runs), runs, randomOrder }
  })
}

function titleOf(name: string): string {
  const manifest = listSeedManifests(join(PROJECT_ROOT, 'seed')).find((shipped) => shipped.manifest.name === name)
  return manifest?.manifest.title ?? SHIPPED_DESCRIPTIONS.get(name)?.title ?? name
}

/** Skips an incomplete last line: a command that is still running may leave one. */
function readRuns(file: string): RunLine[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.filter((line) => line !== '').map(parseRunLine)
}

function writeCharts(found: readonly MiniDataset[]): void {
  writeFileSync(join(lab, 'mini-accuracies.svg'), drawAccuracies(found))
  const pairs = listPairs(found).filter(([a, b]) => pairNetworks(a.ranked, b.ranked).length > 0)
  if (pairs.length > 0) writeFileSync(join(lab, 'mini-networks.svg'), drawNetworks(pairs))
  else rmSync(join(lab, 'mini-networks.svg'), { force: true })
}

function writeBetweenMarks(page: string, content: string): void {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`${page}: marks are missing; expected ${BEGIN} and ${END}`)
  writeFileSync(page, `${text.slice(0, from)}${BEGIN}\n\n${content}\n${text.slice(to)}`)
}
