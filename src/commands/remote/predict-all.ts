import { ask, type SendToApi } from '../../api-client/api.js'
import { type AnswerError, ApiError } from '../../api-client/api-error.js'

/** The prediction of a function, or why there is none. */
export interface PredictionLine {
  /** As it was given. */
  readonly asked: string
  readonly expression: string | null
  readonly mean: number | null
  readonly standardDeviation: number | null
  readonly measured: number | null
  readonly features: readonly string[] | null
  readonly error: string | null
  readonly reason: string | null
}

interface Prediction {
  readonly activation: { readonly expression: string }
  readonly mean: number
  readonly standardDeviation: number | null
  readonly measured: number | null
  readonly features: readonly string[]
}

const TOO_MUCH: ReadonlySet<string> = new Set(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT'])

/** Predicts up to 100 functions, in their order. Throws the errors that belong to no function. */
export async function predictAll(
  send: SendToApi,
  dataset: string,
  expressions: readonly string[],
): Promise<PredictionLine[]> {
  try {
    const { data, errors } = await ask(send, 'Predict', { dataset, expressions })
    const items = data.predict as readonly (Prediction | null)[]
    return expressions.map((asked, i) => (items[i] ? toLine(asked, items[i]) : toRefusal(asked, findError(errors, i))))
  } catch (error) {
    const first = error instanceof ApiError ? error.errors[0] : undefined
    if (!first || !TOO_MUCH.has(first.extensions?.code ?? '')) throw error
    if (expressions.length === 1) return [toRefusal(expressions[0], first)]
    // One function that is too long may refuse the whole request. Halves find it, and save the others.
    const middle = expressions.length >> 1
    const before = await predictAll(send, dataset, expressions.slice(0, middle))
    return [...before, ...(await predictAll(send, dataset, expressions.slice(middle)))]
  }
}

function findError(errors: readonly AnswerError[], index: number): AnswerError {
  return errors.find(({ path }) => path?.[1] === index) ?? { message: 'the service gave no reason' }
}

function toLine(
  asked: string,
  { activation, mean, standardDeviation, measured, features }: Prediction,
): PredictionLine {
  const { expression } = activation
  return { asked, expression, mean, standardDeviation, measured, features, error: null, reason: null }
}

function toRefusal(asked: string, { message, extensions }: AnswerError): PredictionLine {
  const nothing = { expression: null, mean: null, standardDeviation: null, measured: null, features: null }
  return { asked, ...nothing, error: extensions?.code ?? 'UNKNOWN', reason: message }
}
