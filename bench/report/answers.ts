import { formatExpression } from '../../src/activations/expression.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import { poolNoise, toRankData } from '../../src/numeric/ranks/measured-function.js'
import { createRankModel } from '../../src/numeric/ranks/rank-model.js'
import { median } from '../measurement.js'
import { CHANCE_LIMIT, compare, listPairs, pairNetworks, type RankedFunction, toMeasured } from './evaluations.js'
import { findKnownName } from './known-name.js'
import { format, formatPlaces, type ReportedDataset, toRanked, toTable } from './tables.js'
import { countTrait, type Traits, traitsOf } from './traits.js'
import { combineVerdicts, countBest, judgeAmongBest, judgeTrait, type Verdict } from './verdicts.js'

type Family = readonly ReportedDataset[]

/** Shares of even, monotone and bounded functions among the best, and the verdict for both families of datasets. */
export function describeTraits(own: Family, others: Family): string {
  const rows = [...own, ...others].flatMap(({ title, ranked }) =>
    TRAITS.map(({ trait, name }) => {
      const count = countTrait(ranked, countBest(ranked.length), trait)
      const { verdict, probability } = judgeTrait(count)
      const share = (part: number, all: number) => `${((100 * part) / Math.max(1, all)).toFixed(0)}%`
      const chance = verdict === 'OPEN' ? '' : probability < 1e-4 ? 'below 0.0001' : probability.toFixed(4)
      return [
        ...[title, name, `${count.bestWith} of ${count.best}`, share(count.bestWith, count.best)],
        ...[share(count.allWith, count.all), MORE_OR_LESS[verdict], chance],
      ]
    }),
  )
  return [
    'The best 1% of the functions, at least ten, against all. "More" and "less" mean that chance gives such a difference less often than once in a hundred.',
    '',
    toTable(['', 'functions that are', 'of the best', 'share', 'share of all', 'verdict', 'by chance'], rows),
    ...TRAITS.map(
      ({ trait, name }) => `- ${sentenceOfTrait(name, judgeFamily(own, trait), judgeFamily(others, trait))}`,
    ),
    '',
  ].join('\n')
}

const TRAITS = [
  { trait: 'isEven', name: 'even' },
  { trait: 'isMonotone', name: 'monotone' },
  { trait: 'isBounded', name: 'bounded' },
] as const satisfies readonly { trait: keyof Traits; name: string }[]

const MORE_OR_LESS = { YES: 'more', NO: 'less', OPEN: '' } as const

function judgeFamily(family: Family, trait: keyof Traits): Verdict {
  return combineVerdicts(
    family.map(({ ranked }) => judgeTrait(countTrait(ranked, countBest(ranked.length), trait)).verdict),
  )
}

/** What two families say of a trait of their best functions. */
export function sentenceOfTrait(name: string, own: Verdict, others: Verdict): string {
  const say = {
    YES: `favour ${name} functions`,
    NO: `do not favour ${name} functions: these are rarer among their best than among all`,
  }
  const Photographs =
    own === 'OPEN'
      ? `The photographs do not decide whether ${name} functions are favoured`
      : `The photographs ${say[own]}`
  const drawn = others === 'OPEN' ? 'the drawn shapes do not decide it' : `the drawn shapes ${say[others]}`
  return `${Photographs}; ${drawn}.`
}

/** Rank correlation of each pair of datasets. */
export function describeCorrelations(datasets: Family): string {
  const rows = listPairs(datasets).flatMap(([a, b]) => {
    const pairs = pairNetworks(a.ranked, b.ranked)
    if (pairs.length < 3) return []
    const learnt = pairs.filter((pair) => Math.min(...pair) >= CHANCE_LIMIT)
    const correlate = (own: readonly (readonly [number, number])[]) => formatCorrelation(compare(own).spearman)
    return [[a.title, b.title, pairs.length, correlate(pairs), learnt.length, correlate(learnt)]]
  })
  return [
    'Spearman correlation of the medians, over the functions that both have. Datasets choose their functions differently, so small numbers of functions say little.',
    '',
    toTable(['', 'and', 'functions', 'Spearman', `above ${CHANCE_LIMIT} in both`, 'Spearman of these'], rows),
  ].join('\n')
}

function formatCorrelation(value: number | null): string {
  return value === null || Number.isNaN(value) ? '' : value.toFixed(2)
}

/** Whether a monotone, bounded function is among the best of a dataset. */
export function describeSigmoidal(datasets: Family): string {
  const judged = datasets.map(({ title, ranked }) => ({ title, ranked, ...judgeSigmoidal(ranked) }))
  const rows = judged.map(({ title, ranked, best, interval, verdict }) => [
    title,
    best ? `\`${best.expression}\`` : '',
    format(best?.validationAccuracy),
    best ? 1 + ranked.filter((own) => own.validationAccuracy > best.validationAccuracy).length : '',
    interval ? formatPlaces(interval) : '',
    `${countBest(ranked.length)} of ${ranked.length}`,
    ANSWERS[verdict],
  ])
  return [
    'Search on the published datasets found that a sigmoidal function was among the best of a modern network. Here, a sigmoidal function is monotone, bounded and not constant. It is among the best if all ranks that the noise leaves open for the best one lie within the best 1%, at least ten functions. It is not if none does.',
    '',
    toTable(
      ['', 'best sigmoidal function', 'validation', 'rank', 'possible ranks', 'the best', 'among the best'],
      rows,
    ),
    `**${sentenceOfSigmoidal(judged)}**`,
    '',
  ].join('\n')
}

const ANSWERS = { YES: 'yes', NO: 'no', OPEN: 'not decidable' } as const

function judgeSigmoidal(ranked: readonly RankedFunction[]) {
  const best = ranked.find((own) => traitsOf(own).isSigmoidal)
  if (!best || !poolNoise(toMeasured(ranked))) return { best, interval: null, verdict: 'OPEN' as Verdict }
  const model = createRankModel(toRankData(toMeasured(ranked)))
  const rankOf = (value: number) => 1 + ranked.filter((own) => own.validationAccuracy > value).length
  const interval = model.intervalOf(toRanked(best, rankOf))
  return { best, interval, verdict: judgeAmongBest(interval, ranked.length) }
}

/** The answer over all datasets. */
export function sentenceOfSigmoidal(judged: readonly { readonly title: string; readonly verdict: Verdict }[]): string {
  const named = (verdict: Verdict) => judged.filter((own) => own.verdict === verdict).map(({ title }) => title)
  const [yes, no, open] = [named('YES'), named('NO'), named('OPEN')]
  if (yes.length > 0) return `Confirmed: a sigmoidal function is among the best of ${yes.join(', ')}.`
  if (no.length === 0) return 'Not decidable: no dataset has enough functions and seeds.'
  const rest = open.length > 0 ? ` ${open.join(', ')} cannot decide it.` : ''
  return `Contradicted: no sigmoidal function is among the best of ${no.join(', ')}.${rest}`
}

/** The functions of the literature, best first in the first dataset that has them. */
export async function describeKnown(datasets: Family, most = 20): Promise<string> {
  const [first] = datasets
  if (!first) return ''
  const named = await Promise.all(
    first.ranked.map(async (own) => ({ ...own, name: await findKnownName(own.expression) })),
  )
  const known = named.flatMap(({ name, ...own }) => (name === undefined ? [] : [{ ...own, name }]))
  const rankIn = ({ ranked }: ReportedDataset, expression: string) => {
    const own = ranked.find((each) => each.expression === expression)
    return own
      ? `${format(own.validationAccuracy)}, ${1 + ranked.filter((each) => each.validationAccuracy > own.validationAccuracy).length}`
      : ''
  }
  const rows = known
    .slice(0, most)
    .map(({ name, expression }) => [
      name,
      `\`${formatExpression(parseExpression(expression))}\``,
      ...datasets.map((each) => rankIn(each, expression)),
    ])
  return [
    `${known.length} of the ${first.ranked.length} functions of ${first.title} have a name in the literature. These do best there; each cell has the validation accuracy and the rank.`,
    '',
    toTable(['', 'expression', ...datasets.map(({ title }) => title)], rows),
  ].join('\n')
}

/** What the runs took, by network and processor. */
export function describeCost(datasets: Family): string {
  const rows = datasets.flatMap(({ title, runs }) => {
    const devices = [...new Set(runs.map(({ device }) => device ?? 'unknown'))].sort()
    return devices.map((device) => {
      const seconds = runs.filter((run) => (run.device ?? 'unknown') === device).map((run) => run.runtimeSeconds ?? 0)
      const hours = seconds.reduce((sum, value) => sum + value, 0) / 3600
      return [title, device, seconds.length, median(seconds).toFixed(1), hours.toFixed(1)]
    })
  })
  return [
    'Wall times of the trainings, on machines that also did other work.',
    '',
    toTable(['', 'processor', 'runs', 'median, s', 'all together, h'], rows),
  ].join('\n')
}
