import type { Db } from '../../db/connection/client.js'
import type { Activation } from '../../db/generated/client.js'
import { toLittleEndianBytes } from '../../db/statements/float32.js'
import { ActbenchError } from '../../errors.js'
import { type ActivationDescription, describeActivation } from './describe-activation.js'

/**
 * The stored activation of an expression: found, or stored now with its outputs and this spelling. The representative
 * becomes this spelling where it is shorter, or as long and earlier in the alphabet; the id stays. Any number of callers
 * may store the same function at once. Throws INVALID_EXPRESSION; a function that is not finite is stored like any other
 * (see `requireFinite`). A new function, its outputs and its spelling are stored in one statement.
 */
export async function ensureActivation(db: Db, text: string): Promise<Activation> {
  return ensureDescribedActivation(db, describeActivation(text))
}

/** The same for a description at hand. */
export async function ensureDescribedActivation(db: Db, description: ActivationDescription): Promise<Activation> {
  const identity = new Uint8Array(Buffer.from(description.identityHex, 'hex'))
  const known = await db.activation.findUnique({
    where: { identity },
    // Counted, not listed: that takes one statement where the other takes two.
    include: { _count: { select: { expressions: { where: { text: description.canonicalText } } } } },
  })
  if (known && known._count.expressions > 0) {
    const { _count: _, ...activation } = known
    return activation
  }
  if (!known && (await insertActivation(db, identity, description))) {
    return db.activation.findUniqueOrThrow({ where: { identity } })
  }
  return addSpelling(db, identity, description)
}

/** Throws NOT_FINITE, with the sample, where the function gives NaN or an infinity. */
export function requireFinite(description: Pick<ActivationDescription, 'canonicalText' | 'nonFinite'>): void {
  if (!description.nonFinite) return
  const { x, value } = description.nonFinite
  throw new ActbenchError('NOT_FINITE', `${description.canonicalText} gives ${value} at x = ${x}`, {
    x,
    value: String(value),
  })
}

/** False where somebody else has stored the same function: `ON CONFLICT DO NOTHING` waits for who does so at this moment. */
async function insertActivation(
  db: Db,
  identity: Uint8Array<ArrayBuffer>,
  { canonicalText, operators, outputs, depth, isFinite: finite, isConstant }: ActivationDescription,
): Promise<boolean> {
  const inserted = await db.$executeRaw`
    WITH a AS (
      INSERT INTO activations (identity, expression, depth, operators, is_finite, is_constant)
      VALUES (${identity}, ${canonicalText}, ${depth}, ${[...operators]}, ${finite}, ${isConstant})
      ON CONFLICT DO NOTHING RETURNING id
    ), o AS (
      INSERT INTO activation_outputs (activation_id, "values") SELECT id, ${toLittleEndianBytes(outputs)} FROM a
    )
    INSERT INTO expressions (text, activation_id, length) SELECT ${canonicalText}, id, ${canonicalText.length}::int FROM a`
  return inserted > 0
}

async function addSpelling(db: Db, identity: Uint8Array<ArrayBuffer>, description: ActivationDescription) {
  const { canonicalText, depth, operators } = description
  const { id } = await db.activation.findUniqueOrThrow({ where: { identity }, select: { id: true } })
  await db.expression.createMany({
    data: [{ text: canonicalText, activationId: id, length: canonicalText.length }],
    skipDuplicates: true,
  })
  // The condition is checked on the row as it is once it is locked: of two shorter spellings at once the best one wins.
  await db.$executeRaw`
    UPDATE activations SET expression = ${canonicalText}, depth = ${depth}, operators = ${[...operators]}
    WHERE id = ${id}
      AND (char_length(expression), expression COLLATE "C") > (${canonicalText.length}::int, ${canonicalText} COLLATE "C")`
  return db.activation.findUniqueOrThrow({ where: { id } })
}
