import type { Db } from '../connection/client.js'

/** A function of a dataset whose evaluations a search may replay. */
export interface ReplayCandidate {
  readonly activationId: number
  readonly identityHex: string
  readonly expression: string
}

/** The finite functions of a dataset that have a validation accuracy, under the expression that was evaluated first. */
export async function listReplayCandidates(db: Db, datasetId: number): Promise<ReplayCandidate[]> {
  return db.$queryRaw<ReplayCandidate[]>`
    SELECT DISTINCT ON (e.activation_id) e.activation_id AS "activationId",
      encode(a.identity, 'hex') AS "identityHex", e.expression
    FROM evaluations e JOIN activations a ON a.id = e.activation_id
    WHERE e.dataset_id = ${datasetId} AND e.validation_accuracy IS NOT NULL AND a.is_finite
    ORDER BY e.activation_id, e.id`
}

/** The functions on a surrogate's map one of whose spellings matches a regular expression. */
export async function listPointsMatching(db: Db, surrogateId: number, pattern: string): Promise<Set<number>> {
  const rows = await db.$queryRaw<{ id: number }[]>`
    SELECT DISTINCT p.activation_id AS id
    FROM surrogate_points p JOIN expressions e ON e.activation_id = p.activation_id
    WHERE p.surrogate_id = ${surrogateId} AND e.text ~ ${pattern}`
  return new Set(rows.map(({ id }) => id))
}
