import { type Kysely, sql } from 'kysely'
import { METRICS, type Metric } from '../../metrics.js'
import type { Tables } from '../tables/generated.js'
import { listOf, unnest } from '../tables/lists.js'

/** The order of the values of a metric in a dataset at one moment, by its steps. */
export interface MetricOrder {
  /** Number of values. */
  readonly count: number
  readonly minimum: number
  readonly maximum: number
  readonly mean: number
  /** Sum of the squared distances from the mean. */
  readonly squares: number
  /** Values in ascending order, and the number of smaller values of each. */
  readonly steps: readonly Step[]
}

interface Step {
  readonly value: number
  readonly below: number
}

interface KeptOrder {
  readonly count: number
  readonly mean: number | null
  readonly squares: number | null
  readonly steps: readonly (readonly [value: number, below: number])[]
  readonly changes: readonly (readonly [sign: number, value: number])[]
  readonly minimum: number | null
  readonly maximum: number | null
}

/**
 * The order of a metric, or null if it is not kept, or if the changes since then do not allow an exact mean. Call it and the
 * functions below in one transaction that sees one moment.
 */
export async function readOrder(db: Kysely<Tables>, metric: Metric, datasetId: number): Promise<MetricOrder | null> {
  const kept = await readKept(db, metric, datasetId)
  if (!kept || kept.mean === null || kept.squares === null || kept.minimum === null || kept.maximum === null)
    return null
  const { mean: center, squares, minimum, maximum } = kept
  let [count, sum, moved, size] = [kept.count, 0, 0, squares]
  for (const [sign, value] of kept.changes) {
    const distance = value - center
    count += sign
    sum += sign * distance
    moved += sign * distance ** 2
    size += distance ** 2
  }
  const left = squares + moved - sum ** 2 / count
  // If most of the squares went, the rest consists of rounding errors.
  if (!Number.isFinite(size) || left < LEAST_LEFT * size) return null
  return { count, minimum, maximum, mean: center + sum / count, squares: left, steps: currentSteps(kept) }
}

const LEAST_LEFT = 1e-3

async function readKept(db: Kysely<Tables>, metric: Metric, datasetId: number): Promise<KeptOrder | undefined> {
  const { column } = METRICS[metric]
  const changed = sql.ref<number>(`x.${column}`)
  return db
    .selectFrom('kept_metrics as m')
    .innerJoin('kept_datasets as k', (join) =>
      join.onRef('k.dataset_id', '=', 'm.dataset_id').onRef('k.generation', '=', 'm.generation'),
    )
    .select(['m.count', 'm.mean', 'm.squares'])
    .select((eb) => [
      eb
        .selectFrom('metric_steps as s')
        .select(
          sql<KeptOrder['steps']>`coalesce(json_agg(json_build_array(s.value, s.below) order by s.value), '[]')`.as(
            'list',
          ),
        )
        .whereRef('s.dataset_id', '=', 'm.dataset_id')
        .whereRef('s.generation', '=', 'm.generation')
        .whereRef('s.metric', '=', 'm.metric')
        .$asScalar()
        .$notNull()
        .as('steps'),
      eb
        .selectFrom('evaluation_changes as x')
        .select(sql<KeptOrder['changes']>`coalesce(json_agg(json_build_array(x.sign, ${changed})), '[]')`.as('list'))
        .whereRef('x.dataset_id', '=', 'm.dataset_id')
        .where('x.sign', '<>', 0)
        .where(changed, 'is not', null)
        .$asScalar()
        .$notNull()
        .as('changes'),
      ends(metric, datasetId, 'minimum').as('minimum'),
      ends(metric, datasetId, 'maximum').as('maximum'),
    ])
    .where('m.dataset_id', '=', datasetId)
    .where('m.metric', '=', column)
    .executeTakeFirst()
}

/** The first or last value of the index. */
function ends(metric: Metric, datasetId: number, end: 'minimum' | 'maximum') {
  const column = sql.ref(`e.${METRICS[metric].column}`)
  return sql<number | null>`(select ${column} from evaluations e
    where e.dataset_id = ${datasetId}::int and ${column} is not null ${inOrder(metric, end === 'maximum')} limit 1)`
}

/** The order of the values in a direction, as the index of the metric declares it. */
export function inOrder(metric: Metric, isDescending: boolean) {
  const { column, isHigherBetter } = METRICS[metric]
  const direction = isDescending ? 'desc' : 'asc'
  const areNullsLast = isHigherBetter === isDescending
  return sql`order by ${sql.ref(`e.${column}`)} ${sql.raw(`${direction} nulls ${areNullsLast ? 'last' : 'first'}`)}`
}

function currentSteps({ steps, changes }: KeptOrder): Step[] {
  const values = steps.map(([value]) => value)
  const moves = new Float64Array(steps.length + 1)
  for (const [sign, value] of changes) moves[countUpTo(values, value)] += sign
  let moved = 0
  return steps.map(([value, below], i) => {
    moved += moves[i]
    return { value, below: below + moved }
  })
}

/** The number of values of an ascending list that are not greater. */
function countUpTo(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle] <= value) low = middle + 1
    else high = middle
  }
  return low
}

const START: Step = { value: Number.NEGATIVE_INFINITY, below: 0 }

/** The values at these places of the ascending order, from 0. */
export async function findValuesAt(
  db: Kysely<Tables>,
  { metric, datasetId, order }: OrderedValues,
  places: readonly number[],
): Promise<number[]> {
  // The last step that has at most as many smaller values. Steps whose values all went have the same number as the next one.
  const from = places.map((place) => order.steps.findLast(({ below }) => below <= place) ?? START)
  const keys = unnest('k', {
    low: listOf(
      'float8',
      from.map(({ value }) => value),
    ),
    skipped: listOf(
      'int4',
      places.map((place, i) => place - from[i].below),
    ),
  })
  const column = sql.ref(`e.${METRICS[metric].column}`)
  const rows = await db
    .selectFrom(keys)
    .select(
      sql<number>`(select ${column} from evaluations e
        where e.dataset_id = ${datasetId}::int and ${column} >= k.low ${inOrder(metric, false)} offset k.skipped limit 1)`.as(
        'value',
      ),
    )
    .orderBy('k.position')
    .execute()
  return rows.map(({ value }) => value)
}

/** For each limit, the number of smaller values. */
export async function countBelow(
  db: Kysely<Tables>,
  { metric, datasetId, order }: OrderedValues,
  limits: readonly number[],
): Promise<number[]> {
  const values = order.steps.map(({ value }) => value)
  const from = limits.map((limit) => order.steps[countUpTo(values, limit) - 1] ?? START)
  const keys = unnest('k', {
    low: listOf(
      'float8',
      from.map(({ value }) => value),
    ),
    high: listOf('float8', limits),
  })
  const column = sql.ref(`e.${METRICS[metric].column}`)
  const rows = await db
    .selectFrom(keys)
    .select(
      sql<number>`(select count(*)::int from evaluations e
        where e.dataset_id = ${datasetId}::int and ${column} >= k.low and ${column} < k.high)`.as('count'),
    )
    .orderBy('k.position')
    .execute()
  return rows.map(({ count }, i) => count + from[i].below)
}

interface OrderedValues {
  readonly metric: Metric
  readonly datasetId: number
  readonly order: MetricOrder
}
