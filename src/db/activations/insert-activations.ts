import { type Kysely, sql } from 'kysely'
import { IDENTITY_VERSION } from '../../activations/identity.js'
import { toLittleEndianBytes } from '../statements/float32.js'
import { inChunks } from '../statements/in-chunks.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listsFrom, unnest } from '../tables/lists.js'
import type { UndecidedActivation } from './activation-properties.js'

/** A function with its known spellings, shortest first. */
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

/** What was new. */
export interface Inserted {
  /** They have no properties yet: the caller must decide and store them in the same transaction. */
  readonly activations: readonly UndecidedActivation[]
  /** Number of spellings. */
  readonly expressions: number
}

/**
 * Stores functions with outputs and spellings of the stock, in the caller's transaction. No two may have the same identity.
 * Stored functions stay, and a shorter spelling becomes the representative. The spelling of a client, which names a function
 * until the stock does, is deleted. Rows are inserted in the order of their identities, so that two transactions that store
 * the same functions do not deadlock.
 */
export async function insertActivations(db: Kysely<Tables>, activations: readonly NewActivation[]): Promise<Inserted> {
  const ordered = [...activations].sort((a, b) => (a.identity < b.identity ? -1 : 1))
  const inserted: UndecidedActivation[] = []
  let expressions = 0
  await inChunks(ordered, CHUNK, async (chunk) => {
    const added = await insertRows(db, chunk, { isNamedByClient: false })
    inserted.push(...added)
    if (added.length !== chunk.length) {
      await deleteClientNames(db, chunk)
      await renameActivations(db, chunk)
    }
    await insertOutputs(db, chunk)
    expressions += await insertSpellings(db, chunk)
  })
  return { activations: inserted, expressions }
}

/**
 * Stores functions with outputs, each under the first spelling of a client, in the caller's transaction. No two may have the
 * same identity. Stored functions keep their names and spellings; one that another transaction is storing is waited for.
 */
export async function insertClientActivations(
  db: Kysely<Tables>,
  activations: readonly NewActivation[],
): Promise<Inserted> {
  const ordered = [...activations].sort((a, b) => (a.identity < b.identity ? -1 : 1))
  const inserted: UndecidedActivation[] = []
  let expressions = 0
  await inChunks(ordered, CHUNK, async (chunk) => {
    const added = await insertRows(db, chunk, { isNamedByClient: true })
    if (added.length === 0) return
    inserted.push(...added)
    const identities = new Set(added.map(({ identityHex }) => identityHex))
    const fresh = chunk.filter(({ identity }) => identities.has(identity))
    await insertOutputs(db, fresh)
    expressions += await insertSpellings(db, fresh)
  })
  return { activations: inserted, expressions }
}

/** The activation of each spelling of the stock. */
export async function findSpellings(db: Kysely<Tables>, texts: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  await inChunks(texts, 5000, async (chunk) => {
    const rows = await db
      .selectFrom('expressions as x')
      .innerJoin('activations as a', 'a.id', 'x.activation_id')
      .select(['x.text', 'x.activation_id'])
      .where('x.text', '=', anyOf(chunk))
      .where('a.is_named_by_client', '=', false)
      .execute()
    for (const row of rows) found.set(row.text, row.activation_id)
  })
  return found
}

/** The outputs of a function take 4 kB. */
const CHUNK = 1000

/** Returns the functions that were new. */
async function insertRows(
  db: Kysely<Tables>,
  activations: readonly NewActivation[],
  { isNamedByClient }: { isNamedByClient: boolean },
): Promise<(UndecidedActivation & { identityHex: string })[]> {
  return db
    .insertInto('activations')
    .columns([
      ...(['identity', 'identity_version', 'expression', 'depth', 'operators'] as const),
      ...(['is_finite', 'is_constant', 'is_named_by_client'] as const),
    ])
    .expression((eb) =>
      eb
        .selectFrom(
          unnest('n', {
            ...representativesOf(activations),
            is_finite: listsFrom(activations)('bool', (activation) => activation.isFinite),
            is_constant: listsFrom(activations)('bool', (activation) => activation.isConstant),
          }),
        )
        .select([IDENTITY, sql<number>`${IDENTITY_VERSION}::smallint`.as('identity_version')])
        .select(['n.expression', 'n.depth', OPERATORS, 'n.is_finite', 'n.is_constant'])
        .select(sql<boolean>`${isNamedByClient}::bool`.as('is_named_by_client')),
    )
    .onConflict((conflict) => conflict.column('identity').doNothing())
    .returning(['id', 'expression', sql<string>`encode(identity, 'hex')`.as('identityHex')])
    .execute()
}

async function deleteClientNames(db: Kysely<Tables>, activations: readonly NewActivation[]): Promise<void> {
  await db
    .deleteFrom('expressions as x')
    .using((eb) =>
      eb
        .selectFrom(unnest('n', identitiesOf(activations)))
        .innerJoin('activations as a', (join) => join.on('a.identity', '=', IDENTITY.expression))
        .select('a.id')
        .where('a.is_named_by_client', '=', true)
        .as('named'),
    )
    .whereRef('x.activation_id', '=', 'named.id')
    .execute()
}

/** PostgreSQL checks the condition on the locked row, so the best of several concurrent spellings wins. */
async function renameActivations(db: Kysely<Tables>, activations: readonly NewActivation[]): Promise<void> {
  await db
    .updateTable('activations as a')
    .from(unnest('n', representativesOf(activations)))
    .set((eb) => ({
      expression: eb.ref('n.expression'),
      depth: eb.ref('n.depth'),
      operators: OPERATORS.expression,
      is_named_by_client: false,
    }))
    .where('a.identity', '=', IDENTITY.expression)
    .where(
      sql<boolean>`(a.is_named_by_client or (char_length(a.expression), a.expression collate "C")
        > (char_length(n.expression), n.expression collate "C"))`,
    )
    .execute()
}

function identitiesOf(activations: readonly NewActivation[]) {
  const list = listsFrom(activations)
  return {
    identity: list('text', ({ identity }) => identity),
  }
}

/** A list of lists would have to be rectangular, so operators are sent as one text for each function. */
function representativesOf(activations: readonly NewActivation[]) {
  const list = listsFrom(activations)
  return {
    ...identitiesOf(activations),
    expression: list('text', (activation) => activation.expressions[0]),
    depth: list('int4', (activation) => activation.depth),
    operators: list('text', (activation) => activation.operators.join(',')),
  }
}

const IDENTITY = sql<Buffer>`decode(n.identity, 'hex')`.as('identity')
const OPERATORS = sql<string[]>`string_to_array(n.operators, ',')`.as('operators')

/**
 * Stores the outputs of functions that have none yet. All vectors are one binary parameter: within an array they would
 * be sent as text of twice the size.
 */
async function insertOutputs(db: Kysely<Tables>, activations: readonly NewActivation[]): Promise<void> {
  const rows = await db
    .selectFrom(unnest('n', identitiesOf(activations)))
    .innerJoin('activations as a', (join) => join.on('a.identity', '=', IDENTITY.expression))
    .select(['a.id', 'n.position'])
    .where(({ exists, not, selectFrom }) =>
      not(exists(selectFrom('activation_outputs as o').whereRef('o.activation_id', '=', 'a.id'))),
    )
    .execute()
  if (rows.length === 0) return
  const vectors = rows.map(({ position }) => toLittleEndianBytes(activations[Number(position) - 1].outputs))
  const byteLength = vectors[0].length
  const values = sql<Buffer>`substring(${Buffer.concat(vectors)}::bytea
    from (n.position::int - 1) * ${byteLength}::int + 1 for ${byteLength}::int)`
  await db
    .insertInto('activation_outputs')
    .columns(['activation_id', 'values'])
    .expression((eb) =>
      eb
        .selectFrom(
          unnest('n', {
            id: listsFrom(rows)('int4', ({ id }) => id),
          }),
        )
        .select(['n.id', values.as('values')]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function insertSpellings(db: Kysely<Tables>, activations: readonly NewActivation[]): Promise<number> {
  const spellings = activations.flatMap(({ identity, expressions }) => expressions.map((text) => ({ identity, text })))
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('expressions')
    .columns(['text', 'activation_id', 'length'])
    .expression((eb) =>
      eb
        .selectFrom(
          unnest('n', {
            identity: listsFrom(spellings)('text', (spelling) => spelling.identity),
            text: listsFrom(spellings)('text', (spelling) => spelling.text),
          }),
        )
        .innerJoin('activations as a', (join) => join.on('a.identity', '=', IDENTITY.expression))
        .select(['n.text', 'a.id', sql<number>`char_length(n.text)`.as('length')]),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return Number(numInsertedOrUpdatedRows)
}
