import type { Kysely } from 'kysely'
import type { Metric } from '../../metrics.js'
import type { Tables } from '../tables/generated.js'
import { countBelow, findValuesAt, type MetricOrder, readOrder } from './metric-order.js'
import { listEdges, type MetricStatistics } from './metric-statistics.js'

/**
 * Statistics of all values of a metric in a dataset, from its kept order: the same as those of the sorted values, up to
 * rounding of mean and deviation. Null if the order is not kept.
 */
export function findKeptStatistics(
  db: Kysely<Tables>,
  datasetId: number,
  { metric, bins }: { readonly metric: Metric; readonly bins: number },
): Promise<MetricStatistics | null> {
  const snapshot = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  return snapshot.execute(async (transaction) => {
    const order = await readOrder(transaction, metric, datasetId)
    if (!order) return null
    const values = { metric, datasetId, order }
    const edges = listEdges(order.minimum, order.maximum, bins)
    // The values are so far apart that the width of a bin is infinite.
    if (!edges.every(Number.isFinite)) return null
    const { count, minimum, maximum, mean, squares } = order
    const places = [0.25, 0.5, 0.75].map((share) => share * (count - 1))
    const ends = places.flatMap((place) => [Math.floor(place), Math.min(Math.floor(place) + 1, count - 1)])
    const found = await findValuesAt(transaction, values, ends)
    return {
      count,
      minimum,
      maximum,
      mean,
      standardDeviation: Math.sqrt(squares / count),
      quartiles: places.map((place, i) => {
        const [below, above] = found.slice(2 * i)
        return below + (above - below) * (place - Math.floor(place))
      }),
      histogram: toHistogram(order, edges, await countBelow(transaction, values, edges.slice(1, -1))),
    }
  })
}

function toHistogram(
  { count, minimum, maximum }: MetricOrder,
  edges: readonly number[],
  below: readonly number[],
): MetricStatistics['histogram'] {
  if (minimum === maximum) return [{ from: minimum, to: maximum, count }]
  const upTo = [0, ...below, count]
  return edges.slice(1).map((to, i) => ({ from: edges[i], to, count: upTo[i + 1] - upTo[i] }))
}
