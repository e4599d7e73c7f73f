import { EVALUATION_COLUMNS, type EvaluationRow, type Queryable } from '../statements/rows.js'

/** How far apart a change's time and its commit may be: a transaction has its start's time and lasts a minute at most. */
const SLACK = '70 seconds'

/**
 * The evaluations of a dataset that were recorded or changed since a time (and, to be safe, a little before), in the order
 * of that; at most so many.
 */
export async function listChangedEvaluations(
  db: Queryable,
  datasetId: number,
  since: Date,
  most?: number,
): Promise<EvaluationRow[]> {
  const { rows } = await db.query<EvaluationRow>(
    `select ${EVALUATION_COLUMNS('e')} from evaluations e
     where e.dataset_id = $1 and e.updated_at > $2::timestamptz - interval '${SLACK}' order by e.updated_at, e.id limit $3`,
    [datasetId, since, most ?? null],
  )
  return rows
}

/** The time by the database's clock. */
export async function readClock(db: Queryable): Promise<Date> {
  const { rows } = await db.query<{ now: Date }>('select now()')
  return rows[0].now
}
