import type { RunLine } from '../../src/datasets/shipped/run-line.js'
import { medianError } from '../../src/numeric/median-error.js'
import { poolNoise, toRankData } from '../../src/numeric/ranks/measured-function.js'
import { createRankModel, type RankInterval } from '../../src/numeric/ranks/rank-model.js'
import { decideProperties } from '../../src/services/activations/decide-properties.js'
import { BASELINE_EXPRESSIONS } from '../../src/surrogate/strategies/search-strategy.js'
import {
  type Agreement,
  CHANCE_LIMIT,
  compare,
  isBaseline,
  LEARNT_LIMIT,
  listPairs,
  pairNetworks,
  pairSeeds,
  type RankedFunction,
  toMeasured,
} from './evaluations.js'
import { findKnownName } from './known-name.js'

/** A network and the functions that were trained in it, best first. */
export interface ReportedDataset {
  readonly title: string
  readonly ranked: readonly RankedFunction[]
  readonly runs: readonly RunLine[]
  /** All functions in the random order of `actbench train --sample`. */
  readonly randomOrder: readonly string[]
  /** Functions above this have learnt the task. @defaultValue that of the Mini datasets */
  readonly learntLimit?: number
}

/** Quantiles of all functions except the baselines, one row for each network. */
export function describeDistribution(datasets: readonly ReportedDataset[]): string {
  const rows = datasets.map(({ title, ranked, runs }) => {
    const others = ranked.filter((own) => !isBaseline(own))
    const at = (share: number) => format(others[Math.floor(share * others.length)]?.validationAccuracy)
    const atChance = others.filter((own) => own.validationAccuracy < CHANCE_LIMIT).length
    const share = others.length > 0 ? `${((100 * atChance) / others.length).toFixed(1)}%` : ''
    return [title, others.length, runs.length, at(0), at(0.01), at(0.05), at(0.1), at(0.25), at(0.5), share]
  })
  const heads = ['', 'functions', 'runs', 'best', 'top 1%', 'top 5%', 'top 10%', 'top 25%', 'median']
  return [
    `Validation accuracies of all functions except the baselines. Each value is the median over the seeds. Chance is 0.1; a network below ${CHANCE_LIMIT} has learned next to nothing. The column "runs" includes the runs of the baselines.`,
    '',
    toTable([...heads, `below ${CHANCE_LIMIT}`], rows),
  ].join('\n')
}

/** Validation accuracies of the baselines with each seed. */
export function describeBaselines({ title, ranked }: ReportedDataset): string {
  const own = ranked.filter(isBaseline)
  const seeds = listSeeds(own)
  const rows = own.map(({ expression, bySeed }) => [
    `\`${expression}\``,
    ...seeds.map((seed) => format(bySeed.get(seed))),
  ])
  const missing = BASELINE_EXPRESSIONS.length - own.length
  const note = missing > 0 ? [`${missing} of the baselines are not trained yet.`, ''] : []
  return [`${title}:`, '', toTable(['', ...seeds.map((seed) => `seed ${seed}`)], rows), ...note].join('\n')
}

/** Agreement of each pair of seeds, and the effect of their noise on the leaderboard. */
export function describeNoise(datasets: readonly ReportedDataset[]): string {
  const rows = datasets.flatMap(({ title, ranked, randomOrder, learntLimit }) => {
    return listPairs(listSeeds(ranked)).map(([first, second]) => {
      const agreement = compare(pairSeeds(ranked, randomOrder, first, second), learntLimit)
      return [title, `${first} and ${second}`, ...agreementCells(agreement)]
    })
  })
  const limit = datasets[0]?.learntLimit ?? LEARNT_LIMIT
  const heads = ['', 'seeds', 'functions', 'Spearman', `above ${limit}`, 'Spearman of these']
  return [
    'Rank correlation of validation accuracies between two seeds. Only functions that were chosen at random for several seeds are included, not those that were chosen for a good result.',
    '',
    toTable(heads, rows),
    'Standard deviation of a single run, pooled over the better half of the functions with several runs: `seedNoise` of the API. The last three columns show the ranks that this noise leaves open for the 1st, 10th and 50th function, as `rankInterval` does, if each had a single run.',
    '',
    toTable(['', 'functions', 'standard deviation', '1st', '10th', '50th'], datasets.map(noiseCells)),
  ].join('\n')
}

function noiseCells({ title, ranked }: ReportedDataset): (string | number)[] {
  const noise = poolNoise(toMeasured(ranked))
  if (!noise) return [title, 0, '', '', '', '']
  const model = createRankModel(toRankData(toMeasured(ranked)))
  const places = [1, 10, 50].map((rank) => {
    const own = ranked[rank - 1]
    return own ? formatPlaces(model.intervalOf({ value: own.validationAccuracy, runs: 1, rank })) : ''
  })
  return [title, noise.functions, noise.deviation.toFixed(4), ...places]
}

/** One row for each network: its functions, its best function, its best baseline and its noise. */
export async function describeOverview(
  datasets: readonly (ReportedDataset & { readonly name: string })[],
): Promise<string> {
  const heads = [
    '',
    'functions',
    'runs',
    'best function',
    'its validation accuracy',
    'best baseline',
    'noise of a single run',
    'even functions',
    'even among the ten best',
  ]
  const rows = datasets.map(async ({ name, ranked, runs }) => {
    const baseline = ranked.find(isBaseline)
    const known = ranked[0] && (await findKnownName(ranked[0].expression))
    return [
      `\`${name}\``,
      ranked.length.toLocaleString('en'),
      runs.length.toLocaleString('en'),
      known ?? `\`${ranked[0]?.expression}\``,
      format(ranked[0]?.validationAccuracy),
      baseline ? `\`${baseline.expression}\`, ${format(baseline.validationAccuracy)}` : '',
      poolNoise(toMeasured(ranked))?.deviation.toFixed(4) ?? '',
      `${((100 * countEven(ranked)) / ranked.length).toFixed(0)}%`,
      countEven(ranked.slice(0, 10)),
    ]
  })
  return toTable(heads, await Promise.all(rows))
}

function countEven(evaluations: readonly RankedFunction[]): number {
  return evaluations.filter(({ expression }) => decideProperties(expression).isEven).length
}

/** The ten best functions and their lead over the best baseline, in standard errors of the difference. */
export function describeBest({ title, ranked }: ReportedDataset): string {
  const noise = poolNoise(toMeasured(ranked))
  const model = createRankModel(toRankData(toMeasured(ranked)))
  const rankOf = (value: number) => 1 + ranked.filter((other) => other.validationAccuracy > value).length
  const baseline = ranked.find(isBaseline)
  const rows = ranked
    .filter((own) => !isBaseline(own))
    .slice(0, 10)
    .map((own) => {
      const lead = baseline ? own.validationAccuracy - baseline.validationAccuracy : null
      const error =
        noise && baseline
          ? noise.deviation * Math.hypot(medianError(own.bySeed.size), medianError(baseline.bySeed.size))
          : null
      return [
        `\`${own.expression}\``,
        format(own.validationAccuracy),
        [...own.bySeed].map(([, value]) => format(value)).join(' '),
        format(own.testAccuracy),
        lead === null ? '' : lead.toFixed(3),
        lead === null || !error ? '' : (lead / error).toFixed(1),
        noise ? formatPlaces(model.intervalOf(toRanked(own, rankOf))) : '',
      ]
    })
  const against = baseline
    ? ` (the best baseline is \`${baseline.expression}\` with ${format(baseline.validationAccuracy)} over ${baseline.bySeed.size} seed${baseline.bySeed.size === 1 ? '' : 's'}; a lead above about two standard errors is more than noise)`
    : ''
  const heads = ['', 'validation', 'by seed', 'test', 'lead', 'in standard errors', 'possible ranks']
  return [`${title}${against}:`, '', toTable(heads, rows)].join('\n')
}

/** Rank correlation of each pair of networks over the functions that both have. */
export function describeAgreement(datasets: readonly ReportedDataset[]): string {
  const rows = listPairs(datasets).map(([first, second]) => {
    const agreement = compare(pairNetworks(first.ranked, second.ranked), first.learntLimit)
    return [`${first.title} and ${second.title}`, ...agreementCells(agreement)]
  })
  const heads = ['', 'functions', 'Spearman', `above ${datasets[0]?.learntLimit ?? LEARNT_LIMIT}`, 'Spearman of these']
  return ['Rank correlation between two networks, of the medians over seeds:', '', toTable(heads, rows)].join('\n')
}

function agreementCells({ functions, spearman, learnt, spearmanOfLearnt }: Agreement): (string | number)[] {
  return [functions, spearman?.toFixed(3) ?? '', learnt, spearmanOfLearnt?.toFixed(3) ?? '']
}

function listSeeds(ranked: readonly RankedFunction[]): number[] {
  return [...new Set(ranked.flatMap(({ bySeed }) => [...bySeed.keys()]))].sort((a, b) => a - b)
}

export function format(accuracy: number | undefined): string {
  return accuracy?.toFixed(3) ?? ''
}

export function toRanked({ validationAccuracy, bySeed }: RankedFunction, rankOf: (value: number) => number) {
  return { value: validationAccuracy, runs: bySeed.size, rank: rankOf(validationAccuracy) }
}

export function formatPlaces({ best, worst }: RankInterval): string {
  return best === worst ? String(best) : `${best} to ${worst}`
}

export function toTable(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`.replace(/\| {2}(?=\|)/g, '| ')
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line), ''].join('\n')
}
