import { LRUCache } from 'lru-cache'
import { computeShape } from '../../activations/comparison/shape.js'
import { type KnownTwin, listKnownShapes } from '../../db/activations/activation-shapes.js'
import type { Db } from '../../db/connection/client.js'
import type { Search } from '../../db/generated/client.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import { describeActivation } from '../activations/describe-activation.js'

/** Shapes by identity; empty for a function that has none. A shape takes a tenth of a millisecond. */
const shapes = new LRUCache<string, string>({ max: 5000 })

/**
 * The candidates of a search with a scaled twin that its dataset has measured, that the search has suggested, or that comes
 * earlier in the list, each with that twin and its validation accuracy, or null if it is not known yet.
 */
export async function findKnownTwins(
  db: Db,
  search: Search,
  candidates: readonly Candidate[],
): Promise<Map<string, KnownTwin>> {
  const own = candidates.map(({ id, expression }) => ({ id, shape: shapeOf(id, expression) }))
  const known = await listKnownShapes(db.$kysely, search, [...new Set(own.flatMap(({ shape }) => shape || []))])
  const twins = new Map<string, KnownTwin>()
  for (const { id, shape } of own) {
    if (!shape) continue
    const twin = known.get(shape)
    if (twin) twins.set(id, twin)
    else known.set(shape, { twinHex: id, value: null })
  }
  return twins
}

function shapeOf(id: string, expression: string): string {
  const found = shapes.get(id) ?? computeShape(describeActivation(expression).expression) ?? ''
  shapes.set(id, found)
  return found
}
