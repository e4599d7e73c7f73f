import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { enumValues } from '../tables/lists.js'

/** How far off the predictions of some measured functions are. */
export interface CalibrationRow {
  /** The operator that the functions contain; null for a part by the height of the predictions. */
  readonly operator: string | null
  readonly functions: number
  readonly lowestPrediction: number
  readonly highestPrediction: number
  readonly meanPrediction: number
  readonly meanMeasured: number
  readonly measuredQuartiles: number[]
  readonly bias: number
  readonly meanAbsoluteError: number
  /** Null if the surrogate does not estimate its uncertainty. */
  readonly intervalCoverage: number | null
}

/** Half of a 90% interval, in standard deviations. */
const INTERVAL_DEVIATIONS = 1.645
/** The mean error of fewer functions says little. */
const LEAST_FUNCTIONS = 5

const ERROR = sql<number>`(t.mean - t.measured)`
const AGGREGATES = [
  sql<number>`count(*)::int`.as('functions'),
  sql<number>`min(t.mean)`.as('lowestPrediction'),
  sql<number>`max(t.mean)`.as('highestPrediction'),
  sql<number>`avg(t.mean)`.as('meanPrediction'),
  sql<number>`avg(t.measured)`.as('meanMeasured'),
  sql<number[]>`percentile_cont(array[0.25, 0.5, 0.75]) within group (order by t.measured)`.as('measuredQuartiles'),
  sql<number>`avg(${ERROR})`.as('bias'),
  sql<number>`avg(abs(${ERROR}))`.as('meanAbsoluteError'),
  sql<number | null>`avg((abs(${ERROR}) <= ${sql.lit(INTERVAL_DEVIATIONS)} * t.standard_deviation)::int)::float8`.as(
    'intervalCoverage',
  ),
] as const

/**
 * The functions that were measured at the time of the fit, in parts of equal size by the height of their predictions, lowest
 * first. A prediction does not use the measurement of its own function.
 */
export async function listCalibrationParts(
  db: Kysely<Tables>,
  surrogateId: number,
  parts: number,
): Promise<CalibrationRow[]> {
  const points = measuredPoints(db, surrogateId)
    .select(['t.mean', 't.measured', 't.standard_deviation'])
    .select(sql<number>`ntile(${parts}::int) over (order by t.mean, t.activation_id desc)`.as('part'))
  return db
    .selectFrom(points.as('t'))
    .select(sql<string | null>`null::text`.as('operator'))
    .select(AGGREGATES)
    .groupBy('t.part')
    .orderBy('t.part')
    .execute()
}

/** The operators whose functions are predicted worst, worst first; only those in at least five measured functions. */
export async function listErrorsByOperator(
  db: Kysely<Tables>,
  surrogateId: number,
  limit: number,
): Promise<CalibrationRow[]> {
  const points = measuredPoints(db, surrogateId)
    .innerJoin('activations as a', 'a.id', 't.activation_id')
    .select(['t.mean', 't.measured', 't.standard_deviation'])
    .select(sql<string | null>`unnest(a.operators)`.as('operator'))
  return db
    .selectFrom(points.as('t'))
    .select('t.operator')
    .select(AGGREGATES)
    .groupBy('t.operator')
    .having(sql<boolean>`count(*) >= ${sql.lit(LEAST_FUNCTIONS)}`)
    .orderBy(sql`avg(abs(${ERROR}))`, 'desc')
    .orderBy('t.operator')
    .limit(limit)
    .execute()
}

/** The measured functions whose predictions are farthest off, farthest first. */
export async function listLargestErrors(db: Kysely<Tables>, surrogateId: number, limit: number) {
  return measuredPoints(db, surrogateId)
    .innerJoin('activations as a', 'a.id', 't.activation_id')
    .select((eb) => [
      ...(['t.surrogate_id as surrogateId', 't.activation_id as activationId', 'a.expression'] as const),
      ...(['t.standard_deviation as standardDeviation', 't.based_on as basedOn'] as const),
      enumValues(eb.ref('t.features')).as('features'),
    ])
    .select([sql<number>`t.mean`.as('mean'), sql<number>`t.measured`.as('measured')])
    .orderBy(sql`abs(${ERROR})`, 'desc')
    .orderBy('t.activation_id')
    .limit(limit)
    .execute()
}

function measuredPoints(db: Kysely<Tables>, surrogateId: number) {
  return db
    .selectFrom('surrogate_points as t')
    .where('t.surrogate_id', '=', surrogateId)
    .where('t.mean', 'is not', null)
    .where('t.measured', 'is not', null)
}
