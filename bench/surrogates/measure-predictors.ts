import { createRandomStream } from '../../src/numeric/random.js'
import type { MeasuredFunction } from '../../src/simulation/tabular-dataset.js'
import { assignFolds } from '../../src/surrogate/cross-validation/held-out.js'
import { computeQuality } from '../../src/surrogate/cross-validation/quality.js'

/** The seed of folds, fits and projections. */
export const SEED = 42

/** One row of the table at one training-set size. */
export interface Cell {
  readonly method: string
  readonly features: string
  readonly size: number | 'all'
  /** Number of functions in the training set. */
  readonly training: number
  readonly spearman: number
  readonly kendall: number
  readonly error: number
  /** Recall of the top 1% (see `computeTopRecall`). */
  readonly recall: number
  /** Coverage of the 90% interval; null if the method has none. */
  readonly coverage: number | null
}

type Measured = Pick<Cell, 'spearman' | 'kendall' | 'error' | 'recall' | 'coverage'>

interface Guess {
  readonly mean: number
  readonly standardDeviation: number | null
}

/**
 * A method on one choice of features. It predicts `heldOut` rows from targets that are NaN outside the training set.
 */
export interface Predictor {
  readonly method: string
  readonly features: string
  predict(targets: Float64Array, heldOut: Int32Array): Promise<Guess[]>
}

/** Measures each predictor at each size, and by five-fold cross-validation on all measurements. */
export async function measurePredictors(
  measured: readonly MeasuredFunction[],
  predictors: readonly Predictor[],
  sizes: readonly number[],
  repeats: number,
  onProgress: (done: string) => void,
): Promise<Cell[]> {
  const targets = Float64Array.from(measured, ({ validationAccuracy }) => validationAccuracy)
  const rows = Int32Array.from(targets.keys())
  const cells: Cell[] = []
  for (const predictor of predictors) {
    for (const size of sizes) {
      const draws = await Promise.all(
        Array.from({ length: repeats }, (_, repeat) => {
          const order = Int32Array.from(createRandomStream(repeat, 9).permutation(rows.length))
          return measureSplits(predictor, targets, [order.slice(size)])
        }),
      )
      cells.push(toCell(predictor, size, size, draws))
    }
    const folds = await measureSplits(predictor, targets, assignFolds(rows, 5, SEED))
    cells.push(toCell(predictor, 'all', Math.round(0.8 * rows.length), [folds]))
    onProgress(`${predictor.method}, ${predictor.features}`)
  }
  return cells
}

/** Holds out each split once; all predictions count together. */
async function measureSplits(
  predictor: Predictor,
  targets: Float64Array,
  splits: readonly Int32Array[],
): Promise<Measured> {
  const wanted: number[] = []
  const guesses: Guess[] = []
  for (const heldOut of splits) {
    const visible = targets.slice()
    for (const row of heldOut) visible[row] = Number.NaN
    guesses.push(...(await predictor.predict(visible, heldOut)))
    for (const row of heldOut) wanted.push(targets[row])
  }
  const known = guesses.map(({ mean, standardDeviation }) => ({ mean, standardDeviation: standardDeviation ?? 0 }))
  const quality = computeQuality(wanted, known)
  return {
    spearman: quality.spearman ?? 0,
    kendall: quality.kendall ?? 0,
    error: quality.meanAbsoluteError,
    recall: quality.topRecall,
    coverage: guesses[0].standardDeviation === null ? null : quality.intervalCoverage,
  }
}

function toCell({ method, features }: Predictor, size: Cell['size'], training: number, draws: Measured[]): Cell {
  const coverages = draws.flatMap(({ coverage }) => (coverage === null ? [] : [coverage]))
  return {
    ...{ method, features, size, training },
    spearman: meanOf(draws.map(({ spearman }) => spearman)),
    kendall: meanOf(draws.map(({ kendall }) => kendall)),
    error: meanOf(draws.map(({ error }) => error)),
    recall: meanOf(draws.map(({ recall }) => recall)),
    coverage: coverages.length > 0 ? meanOf(coverages) : null,
  }
}

/** The arithmetic mean. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
