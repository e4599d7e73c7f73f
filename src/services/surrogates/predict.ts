import type { Database } from '../../db/connection/client.js'
import { listWithSpectrum } from '../../db/features/missing-spectra.js'
import type { Surrogate } from '../../db/generated/client.js'
import { findActivationIds, findMeasured, listStoredPoints, type StoredPoint } from '../../db/surrogates/find-points.js'
import { ActbenchError } from '../../errors.js'
import { type ActivationDescription, describeActivation } from '../activations/describe-activation.js'
import { requireFinite } from '../activations/ensure-activation.js'
import { getDataset } from '../datasets/get-dataset.js'
import { refuseInput } from '../validate-input.js'
import { openAppliedSurrogate } from './applied-surrogate.js'
import { getReadySurrogate } from './get-surrogate.js'
import { loadSpectra } from './load-spectra.js'
import { queuePredictedSpectra } from './queue-predicted-spectra.js'

/** What a surrogate says of one function. */
export interface PredictionRecord {
  /** As it was asked for. */
  readonly expression: string
  /** Null where the function is not stored. */
  readonly activationId: number | null
  readonly identityHex: string
  readonly surrogateId: number
  /** Validation accuracy; of a measured function: from the other evaluations alone. */
  readonly mean: number
  readonly standardDeviation: number | null
  /** What is measured now, where something is. */
  readonly measured: number | null
  readonly features: readonly ('OUTPUTS' | 'FISHER_SPECTRUM')[]
  /** Ids of the evaluations that it leans on most, nearest first. */
  readonly basedOn: readonly number[]
}

/**
 * Predictions by the newest READY surrogate of a dataset, in the order of the expressions; where one cannot be predicted,
 * an error stands in its place: INVALID_EXPRESSION or NOT_FINITE. A function without a spectrum is predicted by its
 * outputs; its spectrum is queued for the `client` (such as `key:7`), within bounds (see `queuePredictedSpectra`), and for
 * nobody where there is none. Throws NOT_FOUND, SURROGATE_UNAVAILABLE, or BAD_USER_INPUT for other than 1 to 100
 * expressions.
 */
export async function predict(
  database: Database,
  datasetName: string,
  expressions: readonly string[],
  client: string | null = null,
): Promise<(PredictionRecord | ActbenchError)[]> {
  if (expressions.length < 1 || expressions.length > 100) {
    refuseInput('expressions', '1 to 100 expressions', `${expressions.length} of them`)
  }
  const dataset = await getDataset(database.prisma, datasetName)
  const surrogate = await getReadySurrogate(database.prisma, dataset)
  const records = await predictExpressions(database, surrogate, expressions)
  if (client !== null) {
    const predicted = records.filter((record): record is PredictionRecord => !(record instanceof ActbenchError))
    // Whether or not this succeeds, the answer stands.
    await queuePredictedSpectra(database, dataset, predicted, client).catch(() => {})
  }
  return records
}

/** The same by a surrogate of the caller's choice, any number of expressions. Throws SURROGATE_UNAVAILABLE. */
export async function predictExpressions(
  database: Database,
  surrogate: Pick<Surrogate, 'id' | 'datasetId'>,
  expressions: readonly string[],
): Promise<(PredictionRecord | ActbenchError)[]> {
  const described = expressions.map(describeFinite)
  const usable = described.filter((each): each is ActivationDescription => !(each instanceof ActbenchError))
  const records = await predictActivations(database, surrogate, usable)
  let next = 0
  return described.map((each, place) => {
    if (each instanceof ActbenchError) return each
    return { ...records[next++], expression: expressions[place] }
  })
}

/** A finite function to predict; its id is looked up where the caller does not know it. */
export interface PredictableActivation {
  readonly identityHex: string
  readonly canonicalText: string
  readonly outputs: Float32Array
}

/**
 * Predictions of finite functions in their order: what the fit stored, or else by placing the function into the map, by
 * its outputs and, where it is stored, its spectrum. Throws SURROGATE_UNAVAILABLE where the surrogate is not READY.
 */
export async function predictActivations(
  database: Database,
  surrogate: Pick<Surrogate, 'id' | 'datasetId'>,
  activations: readonly PredictableActivation[],
): Promise<PredictionRecord[]> {
  const db = database.kysely
  const ids = await findActivationIds(
    db,
    activations.map(({ identityHex }) => identityHex),
  )
  const stored = [...ids.values()]
  const measured = await findMeasured(db, surrogate.datasetId, stored)
  const points = new Map((await listStoredPoints(db, surrogate.id, stored)).map((point) => [point.activationId, point]))
  const outdated = await listOutdated(database, surrogate, [...points.values()])
  const isNew = ({ identityHex }: PredictableActivation) => {
    const activationId = ids.get(identityHex) ?? 0
    return outdated.has(activationId) || points.get(activationId)?.mean == null
  }
  const placed = await placeActivations(database, surrogate, activations.filter(isNew), ids)
  return activations.map((activation) => {
    const { identityHex, canonicalText } = activation
    const activationId = ids.get(identityHex) ?? null
    const values = placed.get(identityHex) ?? toValues(points.get(activationId ?? 0) as StoredPoint)
    return {
      expression: canonicalText,
      activationId,
      identityHex,
      surrogateId: surrogate.id,
      measured: measured.get(activationId ?? 0) ?? null,
      ...values,
    }
  })
}

type PredictedValues = Pick<PredictionRecord, 'mean' | 'standardDeviation' | 'features' | 'basedOn'>

/** Functions that the fit predicted by their outputs alone, and whose spectrum it could use by now. */
async function listOutdated(
  database: Database,
  surrogate: Pick<Surrogate, 'id' | 'datasetId'>,
  points: readonly StoredPoint[],
): Promise<Set<number>> {
  const bare = points.filter(({ features }) => !features.includes('FISHER_SPECTRUM'))
  if (bare.length === 0) return new Set()
  const { usesSpectra } = await openAppliedSurrogate(database, surrogate)
  const ids = bare.map(({ activationId }) => activationId)
  return usesSpectra ? listWithSpectrum(database.kysely, surrogate.datasetId, ids) : new Set()
}

function describeFinite(text: string): ActivationDescription | ActbenchError {
  try {
    const description = describeActivation(text)
    requireFinite(description)
    return description
  } catch (error) {
    if (error instanceof ActbenchError) return error
    throw error
  }
}

async function placeActivations(
  database: Database,
  surrogate: Pick<Surrogate, 'id' | 'datasetId'>,
  activations: readonly PredictableActivation[],
  ids: ReadonlyMap<string, number>,
): Promise<Map<string, PredictedValues>> {
  if (activations.length === 0) return new Map()
  const applied = await openAppliedSurrogate(database, surrogate)
  const stored = activations.map(({ identityHex }) => ids.get(identityHex)).filter((id) => id !== undefined)
  const spectra = await loadSpectra(database, surrogate.datasetId, applied.usesSpectra ? stored : [])
  const predictions = await applied.predict(
    activations.map(({ identityHex, outputs }) => ({
      outputs,
      spectrum: spectra.get(ids.get(identityHex) ?? 0) ?? null,
    })),
  )
  return new Map(
    predictions.map(({ mean, standardDeviation, features, basedOn }, place) => [
      activations[place].identityHex,
      { mean, standardDeviation, features, basedOn: applied.toEvaluationIds(basedOn) },
    ]),
  )
}

function toValues({ mean, standardDeviation, features, basedOn }: StoredPoint): PredictedValues {
  return {
    mean: mean as number,
    standardDeviation,
    features: features.filter((feature) => feature !== 'EMBEDDING'),
    basedOn,
  }
}
