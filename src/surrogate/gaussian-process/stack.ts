import { solveNonNegativeLeastSquares } from '../../numeric/non-negative-least-squares.js'
import type { HeldOut } from '../cross-validation/held-out.js'
import { fitIntervalCurve, type IntervalCurve } from '../cross-validation/interval-curve.js'
import { clip, type FittedProcess } from './fitted-process.js'
import { type Coordinates, computeSquaredDistance, type KernelCoordinates } from './gaussian-kernel.js'
import { type MeanOnly, predictMeanAt } from './gaussian-posterior.js'

/**
 * Stacked generalisation (Wolpert 1992; Breiman 1996, "Stacked regressions"): the prediction of a function with a spectrum
 * is the weighted sum of five means. They come from the process on both features, that on outputs, that on spectra, and the
 * three nearest measured functions by outputs and by spectra. Processes rank all functions well, and neighbours find the
 * best ones, which are few and alike.
 */
export interface Stack {
  /** One for each member, none negative, in the order above. */
  readonly weights: readonly number[]
  /** Factors for the deviations of the best process. */
  readonly intervals: IntervalCurve
}

/** What a stack consists of. */
export interface Members {
  readonly targets: Float64Array
  /** The best process that compares spectra. Its rows are the first ones of the fit. */
  readonly paired: FittedProcess
  readonly byOutputs: FittedProcess
  /** The process on the spectra of `paired`; null if `paired` compares nothing else. */
  readonly bySpectra: MeanOnly | null
}

/** With fewer measured functions, weights say more about chance than about the members. */
export const LEAST_STACKED = 50

/** The coordinates of new functions for the processes of a stack. */
export interface StackedQuery {
  readonly paired: KernelCoordinates
  readonly byOutputs: KernelCoordinates
}

/** The means of the members for row `row` of new functions. */
export function predictMembers(
  { targets, paired, byOutputs, bySpectra }: Members,
  query: StackedQuery,
  row: number,
): number[] {
  const known = paired.posterior.rows
  const mean = predictMeanAt(paired.posterior, paired.coordinates, query.paired, row)
  return [
    mean,
    predictMeanAt(byOutputs.posterior, byOutputs.coordinates, query.byOutputs, row),
    bySpectra ? predictMeanAt(bySpectra, onlySpectra(paired.coordinates), onlySpectra(query.paired), row) : mean,
    predictByNearest(byOutputs.coordinates.outputs, targets, known, query.byOutputs.outputs, row),
    predictByNearest(paired.coordinates.spectra, targets, known, query.paired.spectra, row),
  ].map(clip)
}

/** The means of the members for a measured row, each without its own measurement. */
export function predictMembersLeftOut({ targets, paired, byOutputs, bySpectra }: Members, row: number): number[] {
  const known = paired.posterior.rows
  const nearest = (own: Coordinates | null) => predictByNearest(own, targets, known, own, row, row)
  return [
    paired.posterior.leftOutMeans[row],
    byOutputs.posterior.leftOutMeans[row],
    (bySpectra ?? paired.posterior).leftOutMeans[row],
    nearest(byOutputs.coordinates.outputs),
    nearest(paired.coordinates.spectra),
  ].map(clip)
}

/** The weighted sum of the means of the members, a share. */
export function combineMembers({ weights }: Pick<Stack, 'weights'>, means: readonly number[]): number {
  return clip(means.reduce((sum, mean, member) => sum + weights[member] * mean, 0))
}

/** A held-out function with the means of the members. */
export interface HeldOutMembers extends HeldOut {
  readonly means: readonly number[]
}

/**
 * The weights with the least squared error over held-out functions, and the same functions predicted with the weights of the
 * other folds. Null if the best process alone has a smaller error.
 */
export function fitStack(held: readonly HeldOutMembers[]): { stack: Stack; held: HeldOut[] } | null {
  if (held.length < LEAST_STACKED) return null
  const folds = new Set(held.map(({ fold }) => fold))
  const weightsOf = new Map(
    Array.from(folds, (fold) => [fold, fitWeights(held.filter((other) => other.fold !== fold))] as const),
  )
  const stacked = held.map(({ means, ...each }): HeldOut => {
    return { ...each, mean: combineMembers({ weights: weightsOf.get(each.fold) ?? [] }, means) }
  })
  const errorOf = (predictions: readonly HeldOut[]) =>
    predictions.reduce((sum, { mean, measured }) => sum + (mean - measured) ** 2, 0)
  if (errorOf(stacked) >= errorOf(held)) return null
  return { stack: { weights: fitWeights(held), intervals: fitIntervalCurve(stacked) }, held: stacked }
}

function fitWeights(held: readonly HeldOutMembers[]): number[] {
  const members = held[0]?.means.length ?? 0
  const columns = Array.from({ length: members }, (_, member) => Float64Array.from(held, ({ means }) => means[member]))
  return solveNonNegativeLeastSquares(
    columns,
    Float64Array.from(held, ({ measured }) => measured),
  )
}

const NEIGHBOURS = 3
/** Keeps the weight of an equal function finite. */
const LEAST_SQUARE = 1e-18

/**
 * The mean of the three nearest of `known` rows, weighted by 1 / squared distance. `except` is left out. Row `row` of
 * `others` is predicted.
 */
export function predictByNearest(
  coordinates: Coordinates | null,
  targets: Float64Array,
  known: Int32Array,
  others: Coordinates | null,
  row: number,
  except = -1,
): number {
  if (!coordinates || !others) throw new Error('coordinates: none; expected those of the neighbours')
  const nearest: { square: number; target: number }[] = []
  for (const candidate of known) {
    if (candidate === except) continue
    const square = computeSquaredDistance(coordinates, candidate, others, row)
    if (nearest.length === NEIGHBOURS && square >= nearest[NEIGHBOURS - 1].square) continue
    if (nearest.length === NEIGHBOURS) nearest.pop()
    const place = nearest.findIndex((each) => each.square > square)
    nearest.splice(place < 0 ? nearest.length : place, 0, { square, target: targets[candidate] })
  }
  const sum = (pick: (target: number) => number) =>
    nearest.reduce((total, { square, target }) => total + pick(target) / (square + LEAST_SQUARE), 0)
  return sum((target) => target) / sum(() => 1)
}

/** The coordinates that a process on spectra only compares. */
export function onlySpectra({ spectra, isolation }: KernelCoordinates): KernelCoordinates {
  return { outputs: null, spectra, isolation }
}
