import { poolNoise } from '../../src/numeric/ranks/measured-function.js'
import { isBaseline, type RankedFunction, toMeasured } from './evaluations.js'
import { format, type ReportedDataset, toTable } from './tables.js'
import { STANDARD_ERRORS } from './verdicts.js'

/** A function by the seeds that did not choose it. */
export interface Confirmed {
  readonly expression: string
  /** Mean over these seeds. */
  readonly mean: number
  readonly seeds: number
}

/** A row of the best functions. */
export interface Winner extends Confirmed {
  readonly lead: number
  readonly standardErrors: number
}

/**
 * The mean of each function over all seeds except the first, 0. Runs with seed 0 choose the functions that get more seeds, so
 * the chosen ones were partly lucky with it. Functions without another seed are left out.
 */
export function confirm(ranked: readonly RankedFunction[]): Confirmed[] {
  const confirmed = ranked.flatMap(({ expression, bySeed }) => {
    const values = [...bySeed].flatMap(([seed, value]) => (seed === 0 ? [] : [value]))
    if (values.length === 0) return []
    return [{ expression, mean: values.reduce((sum, value) => sum + value, 0) / values.length, seeds: values.length }]
  })
  return confirmed.sort((a, b) => b.mean - a.mean || (a.expression < b.expression ? -1 : 1))
}

/** The functions by `confirm`, with their lead over the best baseline; empty if noise or baselines are missing. */
export function listWinners(ranked: readonly RankedFunction[]): Winner[] {
  const confirmed = confirm(ranked)
  const noise = poolNoise(toMeasured(ranked))
  const baselines = new Set(ranked.filter(isBaseline).map(({ expression }) => expression))
  const best = confirmed.find(({ expression }) => baselines.has(expression))
  if (!noise || !best) return []
  return confirmed
    .filter(({ expression }) => !baselines.has(expression))
    .map((own) => {
      const error = noise.deviation * Math.sqrt(1 / own.seeds + 1 / best.seeds)
      const lead = own.mean - best.mean
      return { ...own, lead, standardErrors: lead / error }
    })
}

/** The ten best functions beyond noise, and how many there are. */
export function describeWinners({ title, ranked }: ReportedDataset): string {
  const winners = listWinners(ranked)
  if (winners.length === 0) return `${title}: no function has several seeds yet.\n`
  const beyond = winners.filter(({ standardErrors }) => standardErrors > STANDARD_ERRORS)
  const by = (expression: string) => ranked.find((own) => own.expression === expression)
  const rows = beyond.slice(0, 10).map(({ expression, mean, seeds, lead, standardErrors }) => {
    const own = by(expression)
    return [
      ...[`\`${expression}\``, format(mean), seeds, format(own?.bySeed.get(0)), format(own?.testAccuracy)],
      ...[lead.toFixed(3), standardErrors.toFixed(1)],
    ]
  })
  const heads = ['', 'mean without seed 0', 'seeds', 'seed 0', 'test', 'lead', 'in standard errors']
  const count = `${beyond.length} of ${winners.length} functions with several seeds lead the best baseline by more than ${STANDARD_ERRORS} standard errors`
  if (rows.length === 0) return `${title}: ${count}.\n`
  return [`${title}: ${count}. The best of them:`, '', toTable(heads, rows)].join('\n')
}
