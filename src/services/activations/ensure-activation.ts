import { insertActivation, shortenRepresentative } from '../../db/activations/store-activation.js'
import type { Db } from '../../db/connection/client.js'
import type { Activation } from '../../db/generated/client.js'
import { ActbenchError } from '../../errors.js'
import { type ActivationDescription, describeActivation } from './describe-activation.js'

/**
 * The activation of an expression. It is stored with its outputs and this spelling if it is missing. This spelling becomes
 * the representative if it is shorter, or equally long and first in the alphabet; the id stays. Any number of callers may
 * store the same function concurrently. Throws INVALID_EXPRESSION. A function that is not finite is stored as well (see
 * `requireFinite`).
 */
export async function ensureActivation(db: Db, text: string): Promise<Activation> {
  return ensureDescribedActivation(db, describeActivation(text))
}

/** Like `ensureActivation`, for an expression that is described already. */
export async function ensureDescribedActivation(db: Db, description: ActivationDescription): Promise<Activation> {
  const { canonicalText } = description
  const identity = new Uint8Array(Buffer.from(description.identityHex, 'hex'))
  const known = await db.activation.findUnique({
    where: { identity },
    // A count takes one statement; a list would take two.
    include: { _count: { select: { expressions: { where: { text: canonicalText } } } } },
  })
  if (known && known._count.expressions > 0) {
    const { _count: _, ...activation } = known
    return activation
  }
  if (!known && (await insertActivation(db.$kysely, { ...description, identity, expression: canonicalText }))) {
    return db.activation.findUniqueOrThrow({ where: { identity } })
  }
  return addSpelling(db, identity, description)
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

async function addSpelling(db: Db, identity: Uint8Array<ArrayBuffer>, description: ActivationDescription) {
  const { canonicalText, depth, operators } = description
  const { id } = await db.activation.findUniqueOrThrow({ where: { identity }, select: { id: true } })
  await db.expression.createMany({
    data: [{ text: canonicalText, activationId: id, length: canonicalText.length }],
    skipDuplicates: true,
  })
  await shortenRepresentative(db.$kysely, id, { expression: canonicalText, depth, operators })
  return db.activation.findUniqueOrThrow({ where: { id } })
}
