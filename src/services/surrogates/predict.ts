import type { Database } from '../../db/connection/client.js'
import { findBestSurrogates } from '../../db/surrogates/find-surrogates.js'
import { ActbenchError } from '../../errors.js'
import { type ActivationDescription, describeActivation } from '../activations/describe-activation.js'
import { requireFinite } from '../activations/ensure-activation.js'
import { getDataset } from '../datasets/get-dataset.js'
import { refuseInput } from '../validate-input.js'
import { getBestSurrogate } from './get-surrogate.js'
import { type PredictionRecord, predictActivations } from './predict-activations.js'
import {
  findChosen,
  type PredictingSurrogate,
  type PredictThem,
  predictByChosen,
  predictBySurrogate,
  type SurrogateChoice,
} from './predict-by-surrogate.js'
import { predictByTransfer } from './predict-by-transfer.js'
import { queuePredictedSpectra } from './queue-predicted-spectra.js'

/**
 * Predictions by the best READY surrogate of a dataset, or by those of other datasets if they predict its few measurements
 * better, in the order of the expressions. An expression that cannot be
 * predicted has an error in its place: INVALID_EXPRESSION or NOT_FINITE. A function without a spectrum is predicted by its
 * outputs. If `client` is given (such as `key:7`), its spectrum is queued, within limits (see `queuePredictedSpectra`).
 * If `choice` names a surrogate, it predicts instead (see `predictByChosen`).
 * Throws NOT_FOUND, SURROGATE_UNAVAILABLE, or BAD_USER_INPUT unless there are 1 to 100 expressions.
 */
export async function predict(
  database: Database,
  datasetName: string,
  expressions: readonly string[],
  client: string | null = null,
  choice: SurrogateChoice = {},
): Promise<(PredictionRecord | ActbenchError)[]> {
  if (expressions.length < 1 || expressions.length > 100) {
    refuseInput('expressions', '1 to 100 expressions', `${expressions.length} expressions`)
  }
  const dataset = await getDataset(database.prisma, datasetName)
  const predictByBest: PredictThem = async (activations) => {
    const [own] = await findBestSurrogates(database.kysely, [dataset.id])
    const transferred = await predictByTransfer(database, dataset, own, activations)
    return (
      transferred ??
      predictActivations(database, own ?? (await getBestSurrogate(database.kysely, dataset)), activations)
    )
  }
  const chosen = await findChosen(database.prisma, dataset, choice)
  const records = await predictDescribed(
    expressions,
    chosen
      ? (activations) => predictByChosen(database, chosen, activations, choice.fallback ? predictByBest : null)
      : predictByBest,
  )
  if (client !== null) {
    const predicted = records.filter((record): record is PredictionRecord => !(record instanceof ActbenchError))
    // A failure of this does not concern the predictions.
    await queuePredictedSpectra(database, dataset, predicted, client).catch(() => {})
  }
  return records
}

/** The same by a given surrogate, for any number of expressions. Throws SURROGATE_UNAVAILABLE. */
export function predictExpressions(
  database: Database,
  surrogate: PredictingSurrogate,
  expressions: readonly string[],
): Promise<(PredictionRecord | ActbenchError)[]> {
  return predictDescribed(expressions, (activations) => predictBySurrogate(database, surrogate, activations))
}

async function predictDescribed(
  expressions: readonly string[],
  predictThem: PredictThem,
): Promise<(PredictionRecord | ActbenchError)[]> {
  const described = expressions.map(describeFinite)
  const usable = described.filter((each): each is ActivationDescription => !(each instanceof ActbenchError))
  const records = await predictThem(usable)
  let next = 0
  return described.map((each, index) => {
    if (each instanceof ActbenchError) return each
    const record = records[next++]
    return record instanceof ActbenchError ? record : { ...record, expression: expressions[index] }
  })
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
