import type { Db } from '../connection/client.js'
import type { Evaluation } from '../generated/client.js'

/** What is known of a measured function of a dataset. */
export interface MeasuredRow {
  readonly activationId: number
  /** The first of its evaluations: published files may hold several rows of one function. */
  readonly evaluationId: number
  /** The mean over its evaluations' validation accuracies. */
  readonly validationAccuracy: number
}

/** The finite functions of a dataset that have a validation accuracy, in rising order of their ids. */
export async function listMeasured(db: Db, datasetId: number): Promise<MeasuredRow[]> {
  return db.$queryRaw<MeasuredRow[]>`
    SELECT e.activation_id AS "activationId", min(e.id) AS "evaluationId",
      avg(e.validation_accuracy) AS "validationAccuracy"
    FROM evaluations e JOIN activations a ON a.id = e.activation_id
    WHERE e.dataset_id = ${datasetId} AND e.validation_accuracy IS NOT NULL AND a.is_finite
    GROUP BY e.activation_id ORDER BY e.activation_id`
}

/** How many functions of a dataset have a validation accuracy, finite or not. */
export async function countEvaluated(db: Db, datasetId: number): Promise<number> {
  const [{ count }] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(DISTINCT activation_id)::int AS count FROM evaluations
    WHERE dataset_id = ${datasetId} AND validation_accuracy IS NOT NULL`
  return count
}

/** How many functions `listMeasured` would list. */
export async function countMeasured(db: Db, datasetId: number): Promise<number> {
  const [{ count }] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(DISTINCT e.activation_id)::int AS count
    FROM evaluations e JOIN activations a ON a.id = e.activation_id
    WHERE e.dataset_id = ${datasetId} AND e.validation_accuracy IS NOT NULL AND a.is_finite`
  return count
}

/** The first evaluation of a function in a dataset that has a validation accuracy, or null. */
export async function findMeasuredEvaluation(
  db: Db,
  datasetId: number,
  activationId: number,
): Promise<Evaluation | null> {
  return db.evaluation.findFirst({
    where: { datasetId, activationId, validationAccuracy: { not: null } },
    orderBy: { id: 'asc' },
  })
}

/** Which of these functions (identities, 64 hex digits) are measured in a dataset. */
export async function listMeasuredAmong(
  db: Db,
  datasetId: number,
  identities: readonly string[],
): Promise<Set<string>> {
  if (identities.length === 0) return new Set()
  const rows = await db.$queryRaw<{ identityHex: string }[]>`
    SELECT encode(a.identity, 'hex') AS "identityHex" FROM activations a
    WHERE a.identity = ANY(SELECT decode(hex, 'hex') FROM unnest(${identities}::text[]) AS hex)
      AND EXISTS (
        SELECT FROM evaluations e
        WHERE e.activation_id = a.id AND e.dataset_id = ${datasetId} AND e.validation_accuracy IS NOT NULL)`
  return new Set(rows.map(({ identityHex }) => identityHex))
}
