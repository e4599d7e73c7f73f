import type { Database } from '../../db/connection/client.js'
import { listTabularRows } from '../../db/evaluations/list-measured.js'
import type { Dataset, Search } from '../../db/generated/client.js'
import { listPredictedPoints } from '../../db/surrogates/find-points.js'
import { findBestSurrogates } from '../../db/surrogates/find-surrogates.js'
import { combineWithMeasurement } from '../../surrogate/transfer/source-value.js'
import type { TransferSource } from '../../surrogate/transfer/transfer-trend.js'
import { createDatabaseCache } from '../database-cache.js'

/** A function that a dataset knows. */
export interface KnownFunction {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
  /** Validation accuracy: measured, or else predicted. */
  readonly value: number
}

const cache = createDatabaseCache<string, readonly KnownFunction[]>(8)

/**
 * What a dataset knows of functions: its measurements, each combined with the prediction of its other measurements, and the
 * predictions of its best surrogate for other functions.
 */
async function listKnownFunctions(database: Database, dataset: Dataset): Promise<readonly KnownFunction[]> {
  const [surrogate] = await findBestSurrogates(database.kysely, [dataset.id])
  const measured = await listTabularRows(database.kysely, dataset.id)
  const newest = measured.reduce((sum, { validationAccuracy }) => sum + validationAccuracy, 0)
  return cache.get(database, `${dataset.id}/${surrogate?.id ?? 0}/${measured.length}/${newest}`, async () => {
    const known = new Map<number, KnownFunction>(
      measured.map(({ validationAccuracy, ...each }) => [each.activationId, { ...each, value: validationAccuracy }]),
    )
    const points = surrogate ? await listPredictedPoints(database.kysely, surrogate.id) : []
    for (const { activationId, identityHex, expression, mean, standardDeviation } of points) {
      const own = known.get(activationId)
      const value = own ? combineWithMeasurement(mean, standardDeviation, own.value) : mean
      known.set(activationId, { activationId, identityHex, expression: own?.expression ?? expression, value })
    }
    return [...known.values()]
  })
}

/** A dataset that a search learns from, and its functions. */
export interface TransferDataset {
  readonly name: string
  readonly functions: readonly KnownFunction[]
}

/** The datasets that a search learns from, in the order of their names. Those that were deleted since are left out. */
export async function openTransferDatasets(
  database: Database,
  { transferFrom }: Pick<Search, 'transferFrom'>,
): Promise<TransferDataset[]> {
  if (transferFrom.length === 0) return []
  const datasets = await database.prisma.dataset.findMany({
    where: { name: { in: transferFrom } },
    orderBy: { name: 'asc' },
  })
  const opened: TransferDataset[] = []
  for (const dataset of datasets) {
    opened.push({ name: dataset.name, functions: await listKnownFunctions(database, dataset) })
  }
  return opened
}

/** What these datasets know of some functions, in their order. */
export function toTransferSources(
  datasets: readonly TransferDataset[],
  identities: readonly string[],
): TransferSource[] {
  return datasets.map(({ name, functions }) => {
    const values = new Map(functions.map(({ identityHex, value }) => [identityHex, value]))
    return { name, values: Float64Array.from(identities, (id) => values.get(id) ?? Number.NaN) }
  })
}
