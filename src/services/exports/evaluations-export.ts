import type { ColumnOfTable } from '../../datasets/writing/write-table.js'
import type { Database } from '../../db/connection/client.js'
import { listAccuracies, type MeasuredFunction, readMeasured } from '../../db/exports/read-measured.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import { findBestSurrogates } from '../../db/surrogates/find-surrogates.js'
import { ActbenchError } from '../../errors.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import type { RankInterval } from '../../numeric/ranks/rank-model.js'
import { describeActivation } from '../activations/describe-activation.js'
import { openRankModel } from '../evaluations/rank-intervals.js'
import { findTieGroupsOf } from '../evaluations/tie-groups.js'
import { predictActivations } from '../surrogates/predict-activations.js'
import type { ExportSource, ExportTable } from './export-format.js'
import { FUNCTION_COLUMNS, toFunctionCells } from './function-columns.js'

type Prediction = Pick<MeasuredFunction, 'predicted' | 'predictedStandardDeviation'>

/**
 * One function per row: its results, its place among the others, its prediction and its properties. Spread and ranks are
 * those of the validation accuracy.
 */
export const EVALUATIONS: ExportTable = {
  columns: [
    ...['dataset', 'version', 'expression', 'activationId'].map((name): ColumnOfTable => ({ name, type: 'text' })),
    ...METRIC_PROPERTIES.map((name): ColumnOfTable => ({ name, type: 'float' })),
    { name: 'runCount', type: 'integer' },
    { name: 'standardDeviation', type: 'float' },
    ...['rank', 'rankBest', 'rankWorst', 'tieGroup'].map((name): ColumnOfTable => ({ name, type: 'integer' })),
    ...['predicted', 'predictedStandardDeviation'].map((name): ColumnOfTable => ({ name, type: 'float' })),
    ...FUNCTION_COLUMNS,
  ],
  async *read({ database, db, dataset, scope, momentsMark }) {
    const [surrogate] = await findBestSurrogates(db, [dataset.id])
    const rankOf = await openRanks(db, dataset.id)
    for await (const page of readMeasured(db, { ...scope, surrogateId: surrogate?.id ?? 0 })) {
      const predictions = await predictMissing(database, surrogate, page)
      const groups = await findTieGroupsOf(
        db,
        'VALIDATION_ACCURACY',
        page.map(({ id }) => id),
      )
      for (const [i, row] of page.entries()) {
        const { rank, interval } = rankOf(row)
        const { predicted, predictedStandardDeviation } = predictions.get(row.activationId) ?? row
        yield [
          ...[dataset.name, dataset.version, row.expression, row.activationId],
          ...METRIC_PROPERTIES.map((name) => row[name]),
          ...[row.runCount, row.standardDeviation],
          ...[rank, interval?.best ?? null, interval?.worst ?? null, groups[i]],
          ...[predicted, predictedStandardDeviation],
          ...(await toFunctionCells(row, momentsMark)),
        ]
      }
    }
  },
}

interface Place {
  /** 1 + the number of better evaluations of the whole dataset, whatever the conditions of the export. */
  readonly rank: number | null
  readonly interval: RankInterval | null
}

async function openRanks(db: ExportSource['db'], datasetId: number): Promise<(row: MeasuredFunction) => Place> {
  const ascending = await listAccuracies(db, datasetId)
  const model = await openRankModel(db, 'VALIDATION_ACCURACY', datasetId)
  return ({ validationAccuracy: value, presentRuns }) => {
    if (value === null) return { rank: null, interval: null }
    const rank = 1 + ascending.length - countUpTo(ascending, value)
    return { rank, interval: model?.intervalOf({ value, runs: Math.max(1, presentRuns), rank }) ?? null }
  }
}

/** The number of values that are at most this one. */
function countUpTo(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}

/** Predictions of the finite functions that were measured after the fit, by the ids of the functions. */
async function predictMissing(
  database: Database,
  surrogate: SurrogateRow | null,
  page: readonly MeasuredFunction[],
): Promise<Map<string, Prediction>> {
  const missing = surrogate ? page.filter((row) => row.predicted === null && row.isFinite) : []
  if (surrogate === null || missing.length === 0) return new Map()
  try {
    const texts = missing.map(({ representative }) => describeActivation(representative))
    const records = await predictActivations(database, surrogate, texts)
    return new Map(
      records.map(({ mean, standardDeviation }, i) => [
        missing[i].activationId,
        { predicted: mean, predictedStandardDeviation: standardDeviation },
      ]),
    )
  } catch (error) {
    // For example, the fit is of another version of the product.
    if (error instanceof ActbenchError && error.code === 'SURROGATE_UNAVAILABLE') return new Map()
    throw error
  }
}
