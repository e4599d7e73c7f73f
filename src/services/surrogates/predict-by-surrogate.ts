import type { Database, Db } from '../../db/connection/client.js'
import { findEvaluations } from '../../db/evaluations/find-evaluations.js'
import type { Dataset, Surrogate } from '../../db/generated/client.js'
import { findActivationIds } from '../../db/surrogates/find-points.js'
import { findUploaded } from '../../db/surrogates/uploaded-predictions.js'
import { ActbenchError } from '../../errors.js'
import { refuseInput } from '../validate-input.js'
import { type PredictableActivation, type PredictionRecord, predictActivations } from './predict-activations.js'

/** A surrogate that predicts. */
export type PredictingSurrogate = Pick<Surrogate, 'id' | 'datasetId' | 'algorithm' | 'version'>

/** Predictions of finite functions in their order, or why one cannot be predicted. */
export type PredictThem = (
  activations: readonly PredictableActivation[],
) => Promise<readonly (PredictionRecord | ActbenchError)[]>

/** The surrogate that a client asks, by id or by version. */
export interface SurrogateChoice {
  readonly surrogateId?: number | null
  readonly version?: number | null
  /** Whether the best surrogate predicts functions that the chosen one does not cover. @defaultValue false */
  readonly fallback?: boolean | null
}

/**
 * The READY surrogate that a client asks, or null if it names none. Throws NOT_FOUND; SURROGATE_UNAVAILABLE if it is not
 * READY; or BAD_USER_INPUT if both id and version are given.
 */
export async function findChosen(
  db: Db,
  { id: datasetId, name }: Pick<Dataset, 'id' | 'name'>,
  { surrogateId, version }: SurrogateChoice,
): Promise<Surrogate | null> {
  if (surrogateId == null && version == null) return null
  if (surrogateId != null && version != null) refuseInput('version', 'either surrogate or version', 'both')
  const argument = version == null ? 'surrogate' : 'version'
  const where = version == null ? { id: surrogateId as number, datasetId } : { version, datasetId }
  const found = await db.surrogate.findFirst({ where })
  if (!found) {
    const asked = version == null ? 'with this id' : `of version ${version}`
    throw new ActbenchError('NOT_FOUND', `${argument}: ${name} has no surrogate ${asked}`, { argument })
  }
  if (found.state === 'READY') return found
  const message = `${argument}: version ${found.version} of ${name} is ${found.state}; expected READY`
  throw new ActbenchError('SURROGATE_UNAVAILABLE', message, { argument })
}

/** Predictions by any READY surrogate. An UPLOADED one has only those of the client; other functions are NOT_FOUND. */
export async function predictBySurrogate(
  database: Database,
  surrogate: PredictingSurrogate,
  activations: readonly PredictableActivation[],
): Promise<(PredictionRecord | ActbenchError)[]> {
  if (surrogate.algorithm !== 'UPLOADED') return predictActivations(database, surrogate, activations)
  const db = database.kysely
  const identities = activations.map(({ identityHex }) => identityHex)
  const { id: surrogateId, datasetId } = surrogate
  const [ids, uploaded] = await Promise.all([
    findActivationIds(db, identities),
    findUploaded(db, surrogateId, identities),
  ])
  const rowOf = new Map(uploaded.map((row) => [row.identityHex, row]))
  const evaluations = await findEvaluations(
    db,
    activations.map(({ identityHex, canonicalText: expression }) => {
      return { datasetId, activationId: ids.get(identityHex) ?? 0, expression }
    }),
  )
  return activations.map(({ identityHex, canonicalText }, index) => {
    const row = rowOf.get(identityHex)
    if (!row) return notCovered(surrogate, canonicalText)
    return {
      ...{ expression: canonicalText, activationId: ids.get(identityHex) ?? null, identityHex, surrogateId },
      ...{ mean: row.mean, standardDeviation: row.standardDeviation },
      measured: evaluations[index]?.validationAccuracy ?? null,
      ...{ features: [], basedOn: [], mapPoint: null, outputsPoint: null },
    }
  })
}

/** The same, with the functions that the surrogate does not cover predicted by `fallback`, if there is one. */
export async function predictByChosen(
  database: Database,
  surrogate: PredictingSurrogate,
  activations: readonly PredictableActivation[],
  fallback: PredictThem | null,
): Promise<(PredictionRecord | ActbenchError)[]> {
  const records = await predictBySurrogate(database, surrogate, activations)
  const missing = activations.filter((_, index) => records[index] instanceof ActbenchError)
  if (!fallback || missing.length === 0) return records
  const others = await fallback(missing)
  let next = 0
  return records.map((record) => (record instanceof ActbenchError ? others[next++] : record))
}

function notCovered({ version }: PredictingSurrogate, expression: string): ActbenchError {
  const message = `expression: the uploaded surrogate of version ${version} has no prediction for ${expression.slice(0, 80)}; expected one of its functions, or fallback: true`
  return new ActbenchError('NOT_FOUND', message, { argument: 'expression' })
}
