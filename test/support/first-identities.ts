import { computeSampleIdentity } from '../../src/activations/comparison/sample-identity.js'
import { depthOf, operatorsOf } from '../../src/activations/expression.js'
import { computeIdentity } from '../../src/activations/identity.js'
import { parseExpression } from '../../src/activations/parse-expression.js'
import type { Database } from '../../src/db/connection/client.js'

/**
 * Stores a function as versions of the service until 0.3.0 did: with an identity of its outputs at the samples only. The
 * first text is its name, and all texts are its spellings, also if other functions compute them. Returns its row id.
 */
export async function storeAsFirstVersion(
  { pool }: Database,
  texts: readonly string[],
  { isNamedByClient = false } = {},
): Promise<number> {
  const expression = parseExpression(texts[0])
  const { isFinite: isUsable, outputs } = computeIdentity(expression)
  const { rows } = await pool.query<{ id: number }>(
    `WITH a AS (
       INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant, is_named_by_client)
       VALUES (decode($1, 'hex'), 1, $2, $3, $4, $5, $6, $7) RETURNING id
     ), o AS (INSERT INTO activation_outputs (activation_id, values) SELECT id, $8 FROM a),
     e AS (INSERT INTO expressions (text, activation_id, length) SELECT t, id, char_length(t) FROM a, unnest($9::text[]) t)
     SELECT id FROM a`,
    [
      computeSampleIdentity(expression),
      texts[0],
      depthOf(expression),
      operatorsOf(expression),
      isUsable,
      new Set(outputs).size === 1,
      isNamedByClient,
      Buffer.from(outputs.buffer),
      texts,
    ],
  )
  return rows[0].id
}
