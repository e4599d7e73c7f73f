import { interpolate } from '../interpolate.js'

/** A measurement of one function: the median of its runs. Higher is better. */
export interface RankedValue {
  readonly value: number
  /** Number of runs; at least 1. */
  readonly runs: number
  /** Number of functions with this value and this number of runs. */
  readonly count: number
}

/** How much the runs of one function differ. */
export interface RunSpread {
  /** The median of its runs. Higher is better. */
  readonly value: number
  /** Sum of the squared distances of the runs from their mean. */
  readonly squares: number
  /** Number of runs minus 1; at least 1. */
  readonly degrees: number
}

/** The noise of a single run as a function of the value: linear between points, constant outside. */
export interface NoiseScale {
  readonly values: readonly number[]
  readonly deviations: readonly number[]
}

/** Number of functions with several runs that one point of the scale describes. */
const BLOCK = 25
/** How far the noise at a level is drawn towards that of the better half. */
export interface ScaleRules {
  /** The pooled variance counts like this many degrees of freedom at each point. */
  readonly priorDegrees: number
  /** Variances are capped at this multiple of the typical one: a single run that failed says little about the others. */
  readonly cap: number
}

/**
 * For the noise of single runs, the pooled variance counts as much as the functions at a point: similar functions have similar
 * errors under a seed, so many functions with the same three seeds say little more than a few.
 */
const SINGLE_RUNS: ScaleRules = { priorDegrees: 50, cap: 10 }
/** The smallest deviation, as a share of the pooled one: functions at chance repeat exactly. */
const SMALLEST = 0.05

/**
 * The noise of a single run at each level: networks that learn well repeat better than those that hardly learn. Returns
 * null if nothing differs. `pooled` is the variance of a single run in the better half.
 */
export function fitNoiseScale(
  spreads: readonly RunSpread[],
  pooled: number,
  rules: ScaleRules = SINGLE_RUNS,
): NoiseScale | null {
  if (spreads.length === 0 || !(pooled > 0)) return null
  const sorted = [...spreads].sort((a, b) => a.value - b.value)
  const blocks = Math.max(1, Math.floor(sorted.length / BLOCK))
  const points: { value: number; deviation: number }[] = []
  for (let block = 0; block < blocks; block++) {
    const from = Math.floor((block * sorted.length) / blocks)
    const members = sorted.slice(from, Math.floor(((block + 1) * sorted.length) / blocks))
    const value = members[members.length >> 1].value
    const deviation = Math.sqrt(Math.max(SMALLEST ** 2 * pooled, blockVariance(members, pooled, rules)))
    if (points.length > 0 && value <= points[points.length - 1].value) continue
    points.push({ value, deviation })
  }
  return { values: points.map(({ value }) => value), deviations: points.map(({ deviation }) => deviation) }
}

/** The deviation of a single run of a function with this value. */
export function deviationAt({ values, deviations }: NoiseScale, value: number): number {
  return interpolate(values, deviations, value)
}

function blockVariance(members: readonly RunSpread[], pooled: number, rules: ScaleRules): number {
  // The median of chi-square over its degrees of freedom, by Wilson and Hilferty.
  const ratios = members.map(({ squares, degrees }) => squares / degrees / (1 - 2 / (9 * degrees)) ** 3)
  const typical = ratios.sort((a, b) => a - b)[ratios.length >> 1]
  const cap = rules.cap * Math.max(typical, SMALLEST ** 2 * pooled)
  let [sum, degrees] = [rules.priorDegrees * Math.min(pooled, cap), rules.priorDegrees]
  for (const member of members) {
    sum += Math.min(member.squares, cap * member.degrees)
    degrees += member.degrees
  }
  return sum / degrees
}

/**
 * The distances of values, in ascending order, from the lowest point of the scale, in deviations of a single run: the
 * integral of dv / deviation(v). In this coordinate the noise is the same everywhere.
 */
export function toDeviations({ values, deviations }: NoiseScale, ascending: readonly number[]): number[] {
  const last = values.length - 1
  let segment = 0
  let before = 0
  return ascending.map((value) => {
    if (value <= values[0]) return (value - values[0]) / deviations[0]
    while (segment < last && value > values[segment + 1]) {
      before += crossSegment(deviations, segment, values[segment + 1] - values[segment], values)
      segment++
    }
    return before + crossSegment(deviations, segment, value - values[segment], values)
  })
}

/** The integral over the first `part` of a segment, on which the deviation is linear; it is constant after the last point. */
function crossSegment(deviations: readonly number[], segment: number, part: number, values: readonly number[]): number {
  const first = deviations[segment]
  if (segment === values.length - 1) return part / first
  const slope = (deviations[segment + 1] - first) / (values[segment + 1] - values[segment])
  const change = (slope * part) / first
  return Math.abs(change) < 1e-9 ? part / first : Math.log1p(change) / slope
}
