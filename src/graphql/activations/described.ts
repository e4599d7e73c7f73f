import type { Context } from '../context.js'
import type { ActivationSource } from './activation.type.js'

/**
 * Records a function that is not stored, before its id leaves the service, so that `node` finds it on every server. A failure,
 * for example of a database that is read-only, is only logged: the answer is right without the record.
 */
export async function recordDescribed(
  { loaders, log }: Context,
  { identityHex, expression }: Pick<ActivationSource, 'identityHex' | 'expression'>,
): Promise<void> {
  try {
    await loaders.describe.load({ identityHex, expression })
  } catch (error) {
    log.warn({ err: error, identityHex }, 'the id of a function that is not stored could not be recorded')
  }
}
