import { createRandomStream } from '../../numeric/random.js'
import { createPace, type PaceOptions } from '../pace.js'
import { listMeasured, type PointPrediction } from '../surrogate-method.js'
import {
  computeIntervalFactor,
  fitIntervalCurve,
  type IntervalCurve,
  type UnusedMeasurement,
} from './interval-curve.js'

/** The prediction of a row whose measurement was held out with its fold. */
export interface HeldOut extends UnusedMeasurement {
  readonly row: number
  readonly fold: number
}

type Prediction = Pick<PointPrediction, 'mean' | 'standardDeviation'>

/** Predicts held-out `rows` from `targets`, in which held-out and unmeasured rows are NaN. */
export type HeldOutPredictor = (targets: Float64Array, rows: Int32Array) => Prediction[] | Promise<Prediction[]>

export interface CrossValidation extends PaceOptions {
  /** @defaultValue 5; never more than the number of measurements */
  readonly folds?: number
  readonly seed: number
  /** The class of each row: rows of one class are held out together. Missing if no two rows belong together. */
  readonly classes?: readonly unknown[] | null
}

/** Holds out every row whose target is a number once, with its fold. */
export async function predictHeldOut(
  targets: Float64Array,
  predict: HeldOutPredictor,
  settings: CrossValidation,
): Promise<HeldOut[]> {
  const folds = assignFolds(listMeasured(targets), settings.folds ?? 5, settings.seed, settings.classes)
  const pace = createPace(settings)
  const held: HeldOut[] = []
  for (const [fold, rows] of folds.entries()) {
    if (pace.due()) await pace.pause(fold / folds.length)
    const visible = targets.slice()
    for (const row of rows) visible[row] = Number.NaN
    const predictions = await predict(visible, rows)
    predictions.forEach(({ mean, standardDeviation }, index) => {
      held.push({ row: rows[index], fold, measured: targets[rows[index]], mean, standardDeviation })
    })
  }
  return held
}

/**
 * Shuffles the classes of the rows by the seed and deals them into folds. A class goes to the fold that its number names,
 * so without classes the sizes of folds differ by at most one.
 */
export function assignFolds(
  rows: Int32Array,
  folds: number,
  seed: number,
  classes: readonly unknown[] | null = null,
): Int32Array[] {
  const groups = new Map<unknown, number[]>()
  for (const row of rows) {
    const key = classes?.[row] ?? `row ${row}`
    const known = groups.get(key)
    if (known) known.push(row)
    else groups.set(key, [row])
  }
  const all = [...groups.values()]
  const order = createRandomStream(seed, 4).permutation(all.length)
  return Array.from({ length: Math.min(folds, all.length) }, (_, fold) =>
    Int32Array.from([...order.filter((_, rank) => rank % folds === fold)].flatMap((index) => all[index])),
  )
}

/**
 * The predictions with intervals by the errors of the other folds, so that the coverage of a fold says how intervals
 * cover new measurements.
 */
export function widenAcrossFolds<Held extends HeldOut>(held: readonly Held[]): Held[] {
  const curves = new Map<number, IntervalCurve>()
  for (const { fold } of held) {
    if (!curves.has(fold)) curves.set(fold, fitIntervalCurve(held.filter((other) => other.fold !== fold)))
  }
  return held.map((each) => widen(each, curves.get(each.fold) as IntervalCurve))
}

/** A prediction with its deviation times the factor of the curve. */
export function widen<Widened extends Prediction>(prediction: Widened, curve: IntervalCurve): Widened {
  const { mean, standardDeviation } = prediction
  return { ...prediction, standardDeviation: standardDeviation * computeIntervalFactor(curve, mean) }
}
