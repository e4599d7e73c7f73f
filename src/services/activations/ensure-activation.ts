import { insertClientActivation } from '../../db/activations/store-activation.js'
import type { Db } from '../../db/connection/client.js'
import type { Activation } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { type ActivationDescription, describeActivation } from './describe-activation.js'

/**
 * The activation of an expression of a client. If it is missing, it is stored with its outputs, and this spelling is its name
 * until the stock has one. A function that is stored keeps its name and its spellings, so that no client changes what others
 * read. Any number of callers may store the same function concurrently. Throws INVALID_EXPRESSION. A function that is not
 * finite is stored as well (see `requireFinite`).
 */
export async function ensureActivation(db: Db, text: string): Promise<Activation> {
  return ensureDescribedActivation(db, describeActivation(text))
}

/** Like `ensureActivation`, for an expression that is described already. */
export async function ensureDescribedActivation(db: Db, description: ActivationDescription): Promise<Activation> {
  const identity = new Uint8Array(Buffer.from(description.identityHex, 'hex'))
  const known = await db.activation.findUnique({ where: { identity } })
  if (known) return known
  await insertClientActivation(db.$kysely, { ...description, identity, expression: description.canonicalText })
  return db.activation.findUniqueOrThrow({ where: { identity } })
}

/** Throws NOT_FINITE, with the sample, if the function gives NaN or an infinity. */
export function requireFinite(description: Pick<ActivationDescription, 'canonicalText' | 'nonFinite'>): void {
  if (!description.nonFinite) return
  const { x, value } = description.nonFinite
  throw new ActbenchError('NOT_FINITE', `${description.canonicalText} gives ${value} at x = ${x}`, {
    x,
    value: String(value),
  })
}
