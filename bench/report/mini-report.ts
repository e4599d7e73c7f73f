/**
 * Describes the Mini datasets from the data in seed/ and from files of runs. Writes the tables between the two marks of
 * docs/lab/mini-results.md and docs/mini-benchmark.md, and the charts docs/lab/mini-accuracies.svg and docs/lab/mini-networks.svg.
 *
 *   node build/bench/report/mini-report.js [--runs mini-vit-runs.jsonl ...]
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PROJECT_ROOT } from '../../src/root.js'
import { drawAccuracies, drawNetworks } from './charts.js'
import { listPairs, pairNetworks } from './evaluations.js'
import { loadDatasets } from './load-datasets.js'
import {
  describeAgreement,
  describeBaselines,
  describeBest,
  describeDistribution,
  describeNoise,
  describeOverview,
  type ReportedDataset,
} from './tables.js'
import { writeBetweenMarks } from './write-between-marks.js'

const COMMAND = 'bench/mini-report'
const NAMES = ['mini-cnn', 'mini-resnet', 'mini-vit']
const lab = join(PROJECT_ROOT, 'docs/lab')

const { values } = parseArgs({ options: { runs: { type: 'string', multiple: true, default: [] } } })
const datasets = loadDatasets(NAMES, { files: values.runs })
writeCharts(datasets)
writeBetweenMarks(join(lab, 'mini-results.md'), COMMAND, describe(datasets))
writeBetweenMarks(join(PROJECT_ROOT, 'docs/mini-benchmark.md'), COMMAND, await describeOverview(datasets))

function describe(found: readonly ReportedDataset[]): string {
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

function writeCharts(found: readonly ReportedDataset[]): void {
  writeFileSync(join(lab, 'mini-accuracies.svg'), drawAccuracies(found))
  const pairs = listPairs(found).filter(([a, b]) => pairNetworks(a.ranked, b.ranked).length > 0)
  if (pairs.length > 0) writeFileSync(join(lab, 'mini-networks.svg'), drawNetworks(pairs))
  else rmSync(join(lab, 'mini-networks.svg'), { force: true })
}
