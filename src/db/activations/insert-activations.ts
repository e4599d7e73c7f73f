import type pg from 'pg'
import { toLittleEndianBytes } from '../statements/float32.js'
import { inChunks } from '../statements/in-chunks.js'

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

/** How much of what was to be stored is new. */
export interface Inserted {
  readonly activations: number
  readonly expressions: number
}

/**
 * Stores functions with outputs and spellings, in the caller's transaction; what is there already stays, and a shorter
 * spelling becomes the representative. Ordered by identity, so that two of these do not wait for each other in a ring.
 */
export async function insertActivations(
  client: pg.ClientBase,
  activations: readonly NewActivation[],
): Promise<Inserted> {
  const ordered = [...activations].sort((a, b) => (a.identity < b.identity ? -1 : 1))
  const inserted = { activations: 0, expressions: 0 }
  await inChunks(ordered, CHUNK, async (chunk) => {
    const columns = [
      chunk.map((activation) => activation.identity),
      chunk.map((activation) => activation.expressions[0]),
      chunk.map((activation) => activation.depth),
      chunk.map((activation) => activation.operators.join(',')),
      chunk.map((activation) => activation.isFinite),
      chunk.map((activation) => activation.isConstant),
    ]
    const added = await client.query(INSERT_ACTIVATIONS, columns)
    inserted.activations += added.rowCount ?? 0
    if (added.rowCount !== chunk.length) await client.query(SHORTEN_REPRESENTATIVES, columns.slice(0, 4))
    await insertOutputs(client, chunk)
    const spellings = chunk.flatMap(({ identity, expressions }) => expressions.map((text) => ({ identity, text })))
    const known = await client.query(INSERT_EXPRESSIONS, [
      spellings.map((spelling) => spelling.identity),
      spellings.map((spelling) => spelling.text),
    ])
    inserted.expressions += known.rowCount ?? 0
  })
  return inserted
}

/** Those that are missing, in one binary parameter: within an array they would travel as text of twice the size. */
async function insertOutputs(client: pg.ClientBase, activations: readonly NewActivation[]): Promise<void> {
  const { rows } = await client.query<{ id: number; place: number }>(FIND_WITHOUT_OUTPUTS, [
    activations.map(({ identity }) => identity),
  ])
  if (rows.length === 0) return
  const vectors = rows.map(({ place }) => toLittleEndianBytes(activations[place - 1].outputs))
  await client.query(INSERT_OUTPUTS, [rows.map(({ id }) => id), vectors[0].length, Buffer.concat(vectors)])
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

/** Outputs are 4 kB each. */
const CHUNK = 1000

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

const FIND_WITHOUT_OUTPUTS = `
  SELECT a.id, new.place::int
  FROM unnest($1::text[]) WITH ORDINALITY AS new (identity, place)
  JOIN activations a ON a.identity = decode(new.identity, 'hex')
  WHERE NOT EXISTS (SELECT FROM activation_outputs o WHERE o.activation_id = a.id)`

const INSERT_OUTPUTS = `
  INSERT INTO activation_outputs (activation_id, values)
  SELECT new.id, substring($3::bytea FROM (new.place::int - 1) * $2::int + 1 FOR $2::int)
  FROM unnest($1::int[]) WITH ORDINALITY AS new (id, place)
  ON CONFLICT DO NOTHING`

const INSERT_EXPRESSIONS = `
  INSERT INTO expressions (text, activation_id, length)
  SELECT new.text, a.id, char_length(new.text)
  FROM unnest($1::text[], $2::text[]) AS new (identity, text)
  JOIN activations a ON a.identity = decode(new.identity, 'hex')
  ON CONFLICT DO NOTHING`
