import type { Database } from '../../db/connection/client.js'
import { listTabularRows, type TabularRow } from '../../db/evaluations/list-measured.js'
import type { Dataset } from '../../db/generated/client.js'
import type { SurrogateRow } from '../../db/statements/rows.js'
import { findBestSurrogates, listTrainedElsewhere } from '../../db/surrogates/find-surrogates.js'
import { MINIMUM_EVALUATIONS } from '../../surrogate/surrogate-method.js'
import { fitLinearTransfer, type LinearTransfer } from '../../surrogate/transfer/linear-transfer.js'
import { combineWithMeasurement } from '../../surrogate/transfer/source-value.js'
import { describeActivation } from '../activations/describe-activation.js'
import { createDatabaseCache } from '../database-cache.js'
import { type PredictableActivation, type PredictionRecord, predictActivations } from './predict-activations.js'

/** A surrogate that was fitted on this many functions is worth learning from, and needs no other one. */
const ENOUGH = 300
/** Predictions learn from at most this many datasets. */
const MOST_SOURCES = 8

/** How a dataset follows from others, by its measurements. */
interface FittedTransfer {
  readonly transfer: LinearTransfer
  /** Place of each measured function among the measurements, by identity. */
  readonly rowOf: ReadonlyMap<string, number>
  readonly measured: readonly TabularRow[]
}

const cache = createDatabaseCache<string, FittedTransfer>(32)

/**
 * Predictions of a dataset with few measurements from other datasets: those whose surrogate was fitted on at least 300
 * functions. Null if the dataset has fewer than 10 or at least 300 measurements, if no other one knows enough, or if
 * left-out measurements are predicted worse than by the dataset's own surrogate or by their mean.
 */
export async function predictByTransfer(
  database: Database,
  dataset: Dataset,
  own: Pick<SurrogateRow, 'meanAbsoluteError' | 'trainedOn'> | null,
  activations: readonly PredictableActivation[],
): Promise<PredictionRecord[] | null> {
  if ((own?.trainedOn ?? 0) >= ENOUGH) return null
  const measured = await listTabularRows(database.kysely, dataset.id)
  if (measured.length < MINIMUM_EVALUATIONS || measured.length >= ENOUGH) return null
  const others = await listTrainedElsewhere(database.kysely, dataset.id, { least: ENOUGH, most: MOST_SOURCES })
  const sources = (await findBestSurrogates(database.kysely, others)).filter((source) => source !== null)
  if (sources.length === 0) return null
  const { transfer, rowOf } = await openTransfer(database, dataset, sources, measured)
  if (transfer.error >= Math.min(transfer.errorOfMean, own?.meanAbsoluteError ?? 1)) return null
  const known = await listValues(database, sources, activations)
  return activations.map(({ identityHex }, index) => {
    const row = rowOf.get(identityHex)
    const values = known.map(({ values: own }) => own[index])
    return {
      // The evaluations and the place are those of the source that knows most.
      ...known[0].records[index],
      ...(row === undefined ? transfer.predict(values) : transfer.predictLeftOut(row)),
      measured: row === undefined ? null : measured[row].validationAccuracy,
    }
  })
}

function openTransfer(
  database: Database,
  dataset: Dataset,
  sources: readonly SurrogateRow[],
  measured: readonly TabularRow[],
): Promise<FittedTransfer> {
  const sum = measured.reduce((total, { validationAccuracy }) => total + validationAccuracy, 0)
  const key = `${dataset.id}/${measured.length}/${sum}/${sources.map(({ id }) => id).join()}`
  return cache.get(database, key, async () => {
    const known = await listValues(database, sources, measured.map(toPredictable))
    const rows = measured.map((_, index) => known.map(({ values }) => values[index]))
    const targets = Float64Array.from(measured, ({ validationAccuracy }) => validationAccuracy)
    return {
      measured,
      transfer: fitLinearTransfer(rows, targets),
      rowOf: new Map(measured.map(({ identityHex }, row) => [identityHex, row])),
    }
  })
}

/** Each source's values of some functions: measurements, smoothed by its other ones, or predictions. */
async function listValues(
  database: Database,
  sources: readonly SurrogateRow[],
  activations: readonly PredictableActivation[],
) {
  const known: { readonly records: PredictionRecord[]; readonly values: number[] }[] = []
  for (const source of sources) {
    const records = await predictActivations(database, source, activations)
    const values = records.map(({ mean, standardDeviation, measured }) =>
      measured === null ? mean : combineWithMeasurement(mean, standardDeviation ?? Number.POSITIVE_INFINITY, measured),
    )
    known.push({ records, values })
  }
  return known
}

/** Outputs are computed only if the source has no stored prediction. */
function toPredictable({ identityHex, expression }: TabularRow): PredictableActivation {
  return {
    identityHex,
    canonicalText: expression,
    get outputs() {
      return describeActivation(expression).outputs
    },
  }
}
