import { type ExecutionResult, GraphQLError } from 'graphql'
import { ActbenchError } from '../errors.js'
import type { Context } from '../graphql/context.js'
import { isLongerThan } from './measure-answer.js'

/**
 * QUERY_TOO_COMPLEX for an answer beyond the limit, else null. The price bounds how many values there are; a few of them
 * may be texts of thousands of characters, asked for under many aliases.
 */
export function findLargeAnswer(
  { limits, spending }: Pick<Context, 'limits' | 'spending'>,
  { data }: Pick<ExecutionResult, 'data'>,
): ActbenchError | null {
  const limit = limits.answerBytes
  if ((spending?.cost ?? 0) * MOST_BYTES_A_UNIT < limit || !isLongerThan(data, limit)) return null
  const message = `the answer is longer than ${limit} bytes: ask for less at a time`
  return new ActbenchError('QUERY_TOO_COMPLEX', message, { cost: limit + 1, limit })
}

/** The result of an operation, or the error in its place. */
export function refuseLargeAnswer(context: Context, result: ExecutionResult): ExecutionResult {
  const error = findLargeAnswer(context, result)
  return error ? { errors: [new GraphQLError(error.message, { originalError: error })] } : result
}

/** A dataset's description, of 10,000 characters, under a hundred aliases costs 6 units: what costs little is not looked at. */
const MOST_BYTES_A_UNIT = 200_000
