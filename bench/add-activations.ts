import type pg from 'pg'
import { depthOf, formatExpression, operatorsOf } from '../src/activations/expression.js'
import { enumerateExpressions, parseSchema } from '../src/activations/search-space.js'

const BATCH = 20_000
const ADD = `
  WITH new AS (
    SELECT row->>0 AS text, (row->>1)::int AS depth, ARRAY(SELECT json_array_elements_text(row->2)) AS operators
    FROM json_array_elements($1::json) row
    WHERE NOT EXISTS (SELECT FROM expressions x WHERE x.text = row->>0)),
  a AS (
    INSERT INTO activations (identity, identity_version, expression, depth, operators, is_finite, is_constant)
    SELECT sha256(text::bytea), 2, text, depth, operators, true, false FROM new RETURNING id, expression)
  INSERT INTO expressions (text, activation_id, length) SELECT expression, id, char_length(expression) FROM a`

/** Adds spellings of schemas as functions with made-up identities and without outputs, until there are so many. */
export async function addActivations(
  db: Pick<pg.ClientBase, 'query'> | pg.Pool,
  wanted: number,
  schemas: readonly string[],
): Promise<void> {
  const { rows } = await db.query<{ count: number }>('SELECT count(*)::int FROM activations')
  let left = wanted - rows[0].count
  for (const schema of schemas) {
    for (let from = 0; left > 0; from += BATCH) {
      const to = from + Math.min(BATCH, left)
      const batch = [...enumerateExpressions(parseSchema(schema), undefined, { from, to })]
      if (batch.length === 0) break
      const spelled = batch.map((each) => [formatExpression(each), depthOf(each), operatorsOf(each)])
      const added = await db.query(ADD, [JSON.stringify(spelled)])
      left -= added.rowCount ?? 0
    }
  }
  if (left > 0) throw new Error(`schemas: too few expressions; expected ${wanted} activations, got ${wanted - left}`)
}
