import { ActbenchError } from '../errors.js'

/** Throws QUERY_TOO_COMPLEX, with both numbers, if `cost` is greater than `limit`. */
export function assertLimit(what: string, cost: number, limit: number): void {
  if (cost <= limit) return
  throw new ActbenchError('QUERY_TOO_COMPLEX', `${what}: ${cost}; at most ${limit} are allowed`, { cost, limit })
}
