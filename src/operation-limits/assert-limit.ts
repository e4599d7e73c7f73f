import { ActbenchError } from '../errors.js'

/** Throws QUERY_TOO_COMPLEX, with the figures, where there is more than the limit allows. */
export function assertLimit(what: string, cost: number, limit: number): void {
  if (cost <= limit) return
  throw new ActbenchError('QUERY_TOO_COMPLEX', `${what}: ${cost}; at most ${limit} are allowed`, { cost, limit })
}
