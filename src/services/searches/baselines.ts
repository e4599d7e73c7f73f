import type { Db } from '../../db/connection/client.js'
import { listMeasuredAmong } from '../../db/evaluations/list-measured.js'
import { BASELINE_EXPRESSIONS, type Candidate } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'

/** The functions that every search but those at RANDOM tries first, whatever its schemas. */
export function listBaselines(): Candidate[] {
  return BASELINE_EXPRESSIONS.map((expression) => ({
    id: describeActivation(expression).identityHex,
    expression,
    prediction: null,
  }))
}

/**
 * Those that a dataset has not measured. In most datasets all are: a strategy that suggested them would be asked once more
 * at each suggestion, for as many more functions.
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
