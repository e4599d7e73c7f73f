import { type Kysely, sql } from 'kysely'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { type EvaluationConditions, toEvaluationConditions } from '../statements/conditions.js'
import type { Tables } from '../tables/generated.js'

/** A point of a map as an export has it. */
export interface ExportedPoint {
  /** The representative of the function. */
  readonly expression: string
  /** The identity of the function, 64 hexadecimal digits. */
  readonly activationId: string
  readonly x: number
  readonly y: number
  /** The measured validation accuracy at the time of the fit, or null. */
  readonly measured: number | null
  readonly predicted: number | null
}

/** A map, and the functions whose points are wanted: with conditions, those with an evaluation in the dataset that meets them. */
export interface MapScope {
  readonly surrogateId: number
  readonly datasetId: number
  readonly conditions: EvaluationConditions
}

/** Number of rows in memory at a time: less than a megabyte. */
const PAGE = 5000

const pointsAfter = compileByShape((db, scope: Parameters<MapScope & { last: number }>) =>
  selectPoints(db, scope)
    .innerJoin('activations as a', 'a.id', 't.activation_id')
    .select(['t.activation_id as id', 'a.expression', sql<string>`encode(a.identity, 'hex')`.as('activationId')])
    .select(['t.x', 't.y', 't.measured', 't.mean as predicted'])
    .$narrowType<{ x: number; y: number }>()
    .where('t.activation_id', '>', scope.last)
    .orderBy('t.activation_id')
    .limit(sql.lit(PAGE)),
)

const pointCount = compileByShape((db, scope: Parameters<MapScope>) =>
  selectPoints(db, scope).select(sql<number>`count(*)::int`.as('count')),
)

/** The points of a map in the order of the functions. Call it in a transaction of isolation level REPEATABLE READ. */
export async function* readMap(db: Kysely<Tables>, scope: MapScope): AsyncGenerator<ExportedPoint, void, void> {
  for (let last = 0; ; ) {
    const rows = await pointsAfter(db, { ...scope, last }, null)
    for (const { id, ...point } of rows) {
      last = id
      yield point
    }
    if (rows.length < PAGE) return
  }
}

/** The number of points that `readMap` yields. */
export async function countMap(db: Kysely<Tables>, scope: MapScope): Promise<number> {
  const [{ count }] = await pointCount(db, scope, null)
  return count
}

function selectPoints(db: Kysely<Tables>, { surrogateId, datasetId, conditions }: Parameters<MapScope>) {
  const wanted = toEvaluationConditions(conditions)
  const points = db
    .selectFrom('surrogate_points as t')
    .where('t.surrogate_id', '=', surrogateId)
    .where('t.x', 'is not', null)
    .where('t.y', 'is not', null)
  if (wanted.length === 0) return points
  return points.where(({ exists, selectFrom }) => {
    const evaluation = selectFrom('evaluations as e')
      .where('e.dataset_id', '=', datasetId)
      .whereRef('e.activation_id', '=', 't.activation_id')
    return exists(evaluation.where((eb) => eb.and(wanted)))
  })
}
