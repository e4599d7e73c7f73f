import { LRUCache } from 'lru-cache'
import { type ActivationProperties, computeProperties } from '../../activations/properties/compute-properties.js'
import { describeActivation } from './describe-activation.js'

const cache = new LRUCache<string, Promise<ActivationProperties>>({ max: 2000 })
let last: Promise<unknown> = Promise.resolve()

/**
 * The properties of a function that is not stored; throws INVALID_EXPRESSION. They take about 1 ms, so the last 2,000 are
 * cached, they are computed one at a time, and other requests get a turn of the event loop before each.
 */
export function describeProperties(text: string): Promise<ActivationProperties> {
  const { canonicalText, expression } = describeActivation(text)
  const known = cache.get(canonicalText)
  if (known) return known
  const computed = last.then(async () => {
    await new Promise((done) => setImmediate(done))
    return computeProperties(expression)
  })
  last = computed.catch(() => {})
  cache.set(canonicalText, computed)
  return computed
}
