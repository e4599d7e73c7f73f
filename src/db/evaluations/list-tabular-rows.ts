import type { Db } from '../connection/client.js'

/** A measured function of a dataset with what a simulated search looks up. */
export interface TabularRow {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
  readonly validationAccuracy: number
  readonly runtimeSeconds: number | null
}

/** The finite functions of a dataset that have a validation accuracy; of several evaluations of one, the means. */
export async function listTabularRows(db: Db, datasetId: number): Promise<TabularRow[]> {
  return db.$queryRaw<TabularRow[]>`
    SELECT e.activation_id AS "activationId", encode(a.identity, 'hex') AS "identityHex", min(e.expression) AS expression,
      avg(e.validation_accuracy)::float8 AS "validationAccuracy", avg(e.runtime_seconds)::float8 AS "runtimeSeconds"
    FROM evaluations e JOIN activations a ON a.id = e.activation_id
    WHERE e.dataset_id = ${datasetId} AND e.validation_accuracy IS NOT NULL AND a.is_finite
    GROUP BY e.activation_id, a.identity ORDER BY e.activation_id`
}
