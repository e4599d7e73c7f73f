/**
 * Describes the datasets on photographs of clothes, from the data in seed/ and from files of runs, complete or not. Writes
 * docs/fashion-benchmark.md between its marks, and the charts next to it in docs/lab.
 *
 *   node build/bench/report/fashion-report.js [--runs fashion-cnn.runs.jsonl ...] [--page PAGE] [--charts FOLDER]
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PROJECT_ROOT } from '../../src/root.js'
import { describeCorrelations, describeCost, describeKnown, describeSigmoidal, describeTraits } from './answers.js'
import { drawAccuracies, drawFamilies } from './charts.js'
import { describeClaims } from './literature-claims.js'
import { loadDatasets, type NamedDataset } from './load-datasets.js'
import { describeBaselines, describeDistribution, describeNoise, describeOverview } from './tables.js'
import { describeWinners } from './winners.js'
import { writeBetweenMarks } from './write-between-marks.js'

const NETWORKS = ['cnn', 'resnet', 'vit']
/** The rule of the table of the best functions. */
const WINNERS =
  'Runs with seed 0 choose the functions that get more seeds, so the chosen ones were partly lucky with it. The table orders the functions with several seeds by the mean of their other seeds. A function is beyond noise if its lead over the best baseline, which is measured in the same way, is more than two standard errors of the difference.'
/** A linear model on the pixels reaches 0.337. */
const LEARNT_LIMIT = 0.34

const { values } = parseArgs({
  options: {
    runs: { type: 'string', multiple: true, default: [] },
    page: { type: 'string', default: join(PROJECT_ROOT, 'docs/fashion-benchmark.md') },
    charts: { type: 'string', default: join(PROJECT_ROOT, 'docs/lab') },
  },
})
const load = (family: string, learntLimit?: number) =>
  loadDatasets(
    NETWORKS.map((network) => `${family}-${network}`),
    { files: values.runs, literature: true, learntLimit },
  )
const photographs = load('fashion', LEARNT_LIMIT)
const shapes = load('mini')
if (photographs.length === 0)
  throw new Error('there are no runs of fashion-cnn, fashion-resnet or fashion-vit; give --runs FILE')
writeFileSync(join(values.charts, 'fashion-accuracies.svg'), drawAccuracies(photographs))
writeFileSync(join(values.charts, 'fashion-and-mini.svg'), drawFamilies(pairFamilies()))
writeBetweenMarks(values.page, 'bench/fashion-report', await describe())

async function describe(): Promise<string> {
  const all = [...photographs, ...shapes]
  const sections: [string, string][] = [
    ['What there is', await describeOverview(photographs)],
    [
      'Distribution of accuracies',
      `${describeDistribution(photographs)}\n![How many functions reach which validation accuracy](lab/fashion-accuracies.svg)\n`,
    ],
    ['Noise between seeds', describeNoise(photographs)],
    ['The baselines', photographs.map(describeBaselines).join('\n')],
    ["The literature's order", describeClaims(all)],
    ['The ten best beyond noise', `${WINNERS}\n\n${photographs.map(describeWinners).join('\n')}`],
    ['Symmetry, monotonicity and bounds of the best', describeTraits(photographs, shapes)],
    [
      'Agreement of all networks',
      `${describeCorrelations(all)}\n![The same functions on photographs and on drawn shapes](lab/fashion-and-mini.svg)\n`,
    ],
    ['Is a sigmoidal function among the best?', describeSigmoidal(all)],
    ['Functions of the literature', await describeKnown(photographs)],
    ['Cost', describeCost(photographs)],
  ]
  return sections.map(([title, text]) => `## ${title}\n\n${text}`).join('\n')
}

function pairFamilies(): [NamedDataset, NamedDataset][] {
  return photographs.flatMap((own) => {
    const other = shapes.find(({ name }) => name.split('-')[1] === own.name.split('-')[1])
    return other ? [[other, own] as [NamedDataset, NamedDataset]] : []
  })
}
