import type { NewActivation } from '../../db/activations/insert-activations.js'
import type { Db } from '../../db/connection/client.js'
import type { Activation } from '../../db/generated/client.js'
import { findActivationsByIdentity } from '../../db/statements/find-rows.js'
import { ActbenchError } from '../../errors.js'
import { type ActivationDescription, describeActivation } from './describe-activation.js'
import { storeClientActivations } from './store-activations.js'

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
  await storeClientActivations(db, [toNewActivation(description)])
  return db.activation.findUniqueOrThrow({ where: { identity } })
}

/**
 * Like `ensureActivation`, for many expressions, with a number of statements that does not grow with theirs. The keys of the
 * map are the expressions as given.
 */
export async function ensureActivations(db: Db, texts: readonly string[]): Promise<Map<string, number>> {
  const described = new Map(texts.map((text) => [text, describeActivation(text)]))
  const functions = new Map([...described.values()].map((each) => [each.identityHex, each]))
  const find = async (identities: readonly string[]) =>
    (await findActivationsByIdentity(db.$kysely, identities)).flatMap((row) => row ?? [])
  const known = new Map((await find([...functions.keys()])).map(({ identityHex, id }) => [identityHex, id]))
  const missing = [...functions.values()].filter(({ identityHex }) => !known.has(identityHex))
  if (missing.length > 0) {
    await storeClientActivations(db, missing.map(toNewActivation))
    for (const { identityHex, id } of await find(missing.map((each) => each.identityHex))) known.set(identityHex, id)
  }
  return new Map([...described].map(([text, { identityHex }]) => [text, known.get(identityHex) as number]))
}

function toNewActivation(description: ActivationDescription): NewActivation {
  return { ...description, identity: description.identityHex, expressions: [description.canonicalText] }
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
