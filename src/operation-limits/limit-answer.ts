import type { ExecutionResult } from 'graphql'
import { ActbenchError } from '../errors.js'
import { isLongerThan } from './measure-answer.js'

/**
 * QUERY_TOO_COMPLEX for an answer above the limit, otherwise null. The price limits the number of values, but some values
 * are texts of thousands of characters, and a document can ask for them under many aliases.
 */
export function findLargeAnswer(
  { answerBytes: limit }: { readonly answerBytes: number },
  cost: number,
  { data }: Pick<ExecutionResult, 'data'>,
): ActbenchError | null {
  if (cost * MAX_BYTES_PER_UNIT < limit || !isLongerThan(data, limit)) return null
  const message = `the answer is longer than ${limit} bytes: ask for less at a time`
  return new ActbenchError('QUERY_TOO_COMPLEX', message, { cost: limit + 1, limit })
}

/** A dataset's description of 10,000 characters under 100 aliases costs 6 units, so cheap answers are not measured. */
const MAX_BYTES_PER_UNIT = 200_000
