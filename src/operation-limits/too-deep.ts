import { GraphQLError } from 'graphql'
import { ActbenchError } from '../errors.js'

/**
 * QUERY_TOO_COMPLEX if an error, or the error that it wraps, says that the stack was too small for a document: graphql-js
 * parses and validates by recursion. Null for every other error.
 */
export function toTooDeep(error: unknown, { depth: limit }: { readonly depth: number }): ActbenchError | null {
  const cause = error instanceof GraphQLError && error.originalError ? error.originalError : error
  if (cause !== error) return toTooDeep(cause, { depth: limit })
  if (!(error instanceof RangeError) || !/call stack/.test(error.message)) return null
  const message = `depth of the document: more levels than can be read; at most ${limit} are allowed`
  return new ActbenchError('QUERY_TOO_COMPLEX', message, { cost: limit + 1, limit })
}
