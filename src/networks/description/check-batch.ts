import type { Recipe } from '../recipe.js'
import type { DescribedNetwork } from './create-described-network.js'
import { NETWORK_LIMITS } from './limits.js'
import { refuseValue } from './refuse-value.js'

/** Throws BAD_USER_INPUT for a batch whose numbers, which a training step keeps, exceed `NETWORK_LIMITS`. */
export function checkBatch({ size }: DescribedNetwork, { batchSize }: Recipe, place: string): void {
  const most = Math.floor(NETWORK_LIMITS.batchValues / size.values)
  if (batchSize <= most) return
  refuseValue(
    `${place}.batchSize`,
    `at most ${most}, because layers give ${size.values} numbers for each input and a batch may have ${NETWORK_LIMITS.batchValues}`,
    batchSize,
  )
}
