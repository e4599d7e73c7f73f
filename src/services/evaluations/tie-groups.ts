import type { KyselyDb } from '../../db/connection/kysely.js'
import { listCompared } from '../../db/evaluations/list-compared.js'
import type { Metric } from '../../metrics.js'
import { openComparisonModels, toCompared } from './comparison-model.js'

/**
 * The tie group of each evaluation in its dataset: 1 for those that cannot be told from the best. Null if the metric or its
 * noise is unknown.
 */
export async function findTieGroupsOf(
  db: KyselyDb,
  metric: Metric,
  ids: readonly number[],
): Promise<(number | null)[]> {
  const rows = await listCompared(db, metric, ids)
  const models = await openComparisonModels(
    db,
    metric,
    rows.map(({ datasetId }) => datasetId),
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => {
    const row = found.get(id)
    const model = row && models.get(row.datasetId)
    return model ? model.groups.groupOf(toCompared(metric, row)) : null
  })
}
