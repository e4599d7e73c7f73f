import { type Expression, type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { enumValues } from '../tables/lists.js'
import { answerOrder } from './answer-order.js'
import { definePageList, type PageList, toPageQuery, withActivation } from './page-query.js'
import type { PointRow } from './rows.js'

/** A map of a surrogate: by all its features, by outputs only or by spectra only. */
export type MapOfPoints = 'surrogate' | 'outputs' | 'spectra'

const MAP_COLUMNS = {
  surrogate: { x: 't.x', y: 't.y' },
  outputs: { x: 't.outputs_x', y: 't.outputs_y' },
  spectra: { x: 't.spectrum_x', y: 't.spectrum_y' },
} as const

/** The evaluations of the function of a point `t`, in the dataset of its surrogate. */
function evaluationsOfPoint(db: Kysely<Tables>, surrogateId: Expression<number>) {
  // The dataset is looked up once: with a join, PostgreSQL might not keep the order of the points.
  const datasetId = db.selectFrom('surrogates as u').select('u.dataset_id').where('u.id', '=', surrogateId)
  return db
    .selectFrom('evaluations as e')
    .where('e.dataset_id', '=', datasetId)
    .where('e.activation_id', '=', sql.ref<number>('t.activation_id'))
}

function pointsOf(db: Kysely<Tables>, surrogateId: Expression<number>) {
  return db.selectFrom('surrogate_points as t').where('t.surrogate_id', '=', surrogateId)
}

/** The list of these points, by their predictions or by id. */
function toPointQuery(
  db: Kysely<Tables>,
  surrogateId: Expression<number>,
  rows: ReturnType<typeof pointsOf>,
  isByMean: boolean,
  map: MapOfPoints = 'surrogate',
) {
  const measured = evaluationsOfPoint(db, surrogateId)
    .select('e.validation_accuracy')
    .orderBy(answerOrder(null))
    .limit(sql.lit(1))
  const selected = rows.select((eb) => [
    't.surrogate_id as surrogateId',
    't.activation_id as activationId',
    eb.ref(MAP_COLUMNS[map].x).as('x'),
    eb.ref(MAP_COLUMNS[map].y).as('y'),
    't.mean',
    't.standard_deviation as standardDeviation',
    measured.as('measured'),
    enumValues(eb.ref('t.features')).as('features'),
    't.based_on as basedOn',
  ])
  return withActivation(
    toPageQuery(rows, selected, {
      ...(isByMean && { value: { column: 't.mean', type: 'float8', isDescending: true } as const }),
      key: { column: 't.activation_id', type: 'int' },
    }),
  )
}

const embedding = definePageList('embedding', (db, parent, _values: object, map: MapOfPoints | null) => {
  const points = pointsOf(db, parent)
  const rows = map ? points.where(MAP_COLUMNS[map].x, 'is not', null) : points.where(sql.lit(false))
  return toPointQuery(db, parent, rows, false, map ?? undefined)
})

/** The points of each surrogate's map. A surrogate without the map is not searched point by point. */
export function embeddingPage(map: MapOfPoints | null): PageList<PointRow> {
  return embedding({}, map)
}

const predictions = definePageList('predictions', (db, parent, _values: object, isEvaluated: boolean | null) => {
  let rows = pointsOf(db, parent).where('t.mean', 'is not', null)
  if (isEvaluated !== null) {
    rows = rows.where(({ exists, not }) => {
      const evaluated = exists(evaluationsOfPoint(db, parent))
      return isEvaluated ? evaluated : not(evaluated)
    })
  }
  return toPointQuery(db, parent, rows, true)
})

/** The predictions of each surrogate, best first; optionally only those of functions with or without an evaluation. */
export function predictionsPage(isEvaluated: boolean | null): PageList<PointRow> {
  return predictions({}, isEvaluated)
}
