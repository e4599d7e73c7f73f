import type { Db } from '../../db/connection/client.js'
import { listMeasuredAmong } from '../../db/evaluations/list-measured.js'
import { BASELINE_EXPRESSIONS, type Candidate } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'

/** The functions that searches evaluate first, whatever their schemas (see `startsWithBaselines`). */
export function listBaselines(): Candidate[] {
  return BASELINE_EXPRESSIONS.map((expression) => ({
    id: describeActivation(expression).identityHex,
    expression,
    prediction: null,
  }))
}

/**
 * The baselines that a dataset has not measured. Most datasets have measured all of them; if a strategy suggested these, it
 * would have to be asked again for each suggestion.
 */
export async function listUnmeasuredBaselines(db: Db, datasetId: number): Promise<Candidate[]> {
  const baselines = listBaselines()
  const measured = await listMeasuredAmong(
    db.$kysely,
    datasetId,
    baselines.map(({ id }) => id),
  )
  return baselines.filter(({ id }) => !measured.has(id))
}
