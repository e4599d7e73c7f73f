import type pg from 'pg'
import { toLittleEndianBytes } from './float32.js'
import { inChunks } from './in-chunks.js'

/** A function with the spellings that are known of it, shortest first. */
export interface NewActivation {
  /** 64 hexadecimal digits. */
  readonly identity: string
  readonly expressions: readonly string[]
  readonly depth: number
  readonly operators: readonly string[]
  readonly isFinite: boolean
  readonly isConstant: boolean
  readonly outputs: Float32Array
}

/**
 * Stores functions with outputs and spellings, in the caller's transaction; what is there already stays, and a shorter
 * spelling becomes the representative. Ordered by identity, so that two of these do not wait for each other in a ring.
 */
export async function insertActivations(client: pg.ClientBase, activations: readonly NewActivation[]): Promise<void> {
  const ordered = [...activations].sort((a, b) => (a.identity < b.identity ? -1 : 1))
  await inChunks(ordered, CHUNK, async (chunk) => {
    const identities = chunk.map((activation) => activation.identity)
    const columns = [
      identities,
      chunk.map((activation) => activation.expressions[0]),
      chunk.map((activation) => activation.depth),
      chunk.map((activation) => activation.operators.join(',')),
      chunk.map((activation) => activation.isFinite),
      chunk.map((activation) => activation.isConstant),
    ]
    await client.query(INSERT_ACTIVATIONS, columns)
    await client.query(SHORTEN_REPRESENTATIVES, columns.slice(0, 4))
    await client.query(INSERT_OUTPUTS, [
      identities,
      chunk.map((activation) => Buffer.from(toLittleEndianBytes(activation.outputs))),
    ])
    const spellings = chunk.flatMap(({ identity, expressions }) => expressions.map((text) => ({ identity, text })))
    await client.query(INSERT_EXPRESSIONS, [
      spellings.map((spelling) => spelling.identity),
      spellings.map((spelling) => spelling.text),
    ])
  })
}

/** The activation of each spelling that is known. */
export async function findSpellings(client: pg.ClientBase, texts: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  await inChunks(texts, 5000, async (chunk) => {
    const { rows } = await client.query<{ text: string; activation_id: number }>(
      'SELECT text, activation_id FROM expressions WHERE text = ANY($1)',
      [chunk],
    )
    for (const row of rows) found.set(row.text, row.activation_id)
  })
  return found
}

/** Outputs are 4 kB each and travel as text of twice that. */
const CHUNK = 500

const INSERT_ACTIVATIONS = `
  INSERT INTO activations (identity, expression, depth, operators, is_finite, is_constant)
  SELECT decode(identity, 'hex'), expression, depth, string_to_array(operators, ','), is_finite, is_constant
  FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::bool[], $6::bool[])
    AS new (identity, expression, depth, operators, is_finite, is_constant)
  ON CONFLICT (identity) DO NOTHING`

const SHORTEN_REPRESENTATIVES = `
  UPDATE activations AS a
  SET expression = new.expression, depth = new.depth, operators = string_to_array(new.operators, ',')
  FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) AS new (identity, expression, depth, operators)
  WHERE a.identity = decode(new.identity, 'hex')
    AND (char_length(a.expression), a.expression COLLATE "C")
      > (char_length(new.expression), new.expression COLLATE "C")`

const INSERT_OUTPUTS = `
  INSERT INTO activation_outputs (activation_id, values)
  SELECT a.id, new.values
  FROM unnest($1::text[], $2::bytea[]) AS new (identity, values)
  JOIN activations a ON a.identity = decode(new.identity, 'hex')
  ON CONFLICT DO NOTHING`

const INSERT_EXPRESSIONS = `
  INSERT INTO expressions (text, activation_id, length)
  SELECT new.text, a.id, char_length(new.text)
  FROM unnest($1::text[], $2::text[]) AS new (identity, text)
  JOIN activations a ON a.identity = decode(new.identity, 'hex')
  ON CONFLICT DO NOTHING`
