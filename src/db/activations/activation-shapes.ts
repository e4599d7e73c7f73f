import { type Kysely, sql } from 'kysely'
import { SHAPE_VERSION } from '../../activations/comparison/shape.js'
import { inChunks } from '../statements/in-chunks.js'
import type { Tables } from '../tables/generated.js'
import { listsFrom, unnest } from '../tables/lists.js'

/** The shape of a stored function, 64 hexadecimal digits; null if it has no twins. */
export interface ShapedActivation {
  readonly id: number
  readonly shape: string | null
}

/** Functions without a shape of this version, with the lowest ids. */
export function listWithoutShapes(db: Kysely<Tables>, limit: number): Promise<{ id: number; expression: string }[]> {
  return db
    .selectFrom('activations as a')
    .select(['a.id', 'a.expression'])
    .where(({ exists, not, selectFrom }) => {
      const shapes = selectFrom('activation_shapes as s').whereRef('s.activation_id', '=', 'a.id')
      return not(exists(shapes.where('s.version', '=', SHAPE_VERSION)))
    })
    .orderBy('a.id')
    .limit(limit)
    .execute()
}

/** Stores shapes of functions, and replaces those of another version. */
export async function upsertShapes(db: Kysely<Tables>, shaped: readonly ShapedActivation[]): Promise<void> {
  const ordered = [...shaped].sort((a, b) => a.id - b.id)
  await inChunks(ordered, CHUNK, (chunk) => upsertChunk(db, chunk))
}

const CHUNK = 5000

async function upsertChunk(db: Kysely<Tables>, shaped: readonly ShapedActivation[]): Promise<void> {
  const list = listsFrom(shaped)
  const rows = unnest('n', {
    activation_id: list('int4', ({ id }) => id),
    shape: list('text', ({ shape }) => shape),
  })
  await db
    .insertInto('activation_shapes')
    .columns(['activation_id', 'shape', 'version'])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .innerJoin('activations as a', 'a.id', 'n.activation_id')
        .select(['n.activation_id', sql<Buffer | null>`decode(n.shape, 'hex')`.as('shape')])
        .select(eb.lit(SHAPE_VERSION).as('version')),
    )
    .onConflict((conflict) =>
      conflict.column('activation_id').doUpdateSet((eb) => ({
        shape: eb.ref('excluded.shape'),
        version: eb.ref('excluded.version'),
      })),
    )
    .execute()
}

/** Ids of stored functions of a shape, without that of an identity; those with the shortest expressions first. */
export async function listTwins(
  db: Kysely<Tables>,
  { shape, identityHex }: { readonly shape: string; readonly identityHex: string },
  limit: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom('activation_shapes as s')
    .innerJoin('activations as a', 'a.id', 's.activation_id')
    .select('a.id')
    .where('s.shape', '=', sql<Buffer>`decode(${shape}::text, 'hex')`)
    .where('s.version', '=', SHAPE_VERSION)
    .where('a.identity', '<>', sql<Buffer>`decode(${identityHex}::text, 'hex')`)
    .orderBy(sql`length(a.expression)`)
    .orderBy('a.expression')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** A function that a search knows: the identity as 64 hexadecimal digits, and its validation accuracy or null. */
export interface KnownTwin {
  readonly twinHex: string
  readonly value: number | null
}

/**
 * The shapes among these of which a function is measured in the dataset of a search, or suggested by it and not given back,
 * each with the function that has the highest validation accuracy. Its value is null if none is known yet.
 */
export async function listKnownShapes(
  db: Kysely<Tables>,
  { id, datasetId }: { readonly id: number; readonly datasetId: number },
  shapes: readonly string[],
): Promise<Map<string, KnownTwin>> {
  if (shapes.length === 0) return new Map()
  const isAsked = sql<boolean>`s.shape = any (select decode(i, 'hex') from unnest(${shapes}::text[]) i)`
  const measured = db
    .selectFrom('activation_shapes as s')
    .innerJoin('evaluations as e', 'e.activation_id', 's.activation_id')
    .select(['s.shape', 's.activation_id', 'e.validation_accuracy as value'])
    .where(isAsked)
    .where('e.dataset_id', '=', datasetId)
    .where('e.validation_accuracy', 'is not', null)
  const suggested = db
    .selectFrom('activation_shapes as s')
    .innerJoin('suggestions as g', 'g.activation_id', 's.activation_id')
    .select(['s.shape', 's.activation_id'])
    .select(sql<number | null>`case when g.epochs is null then g.validation_accuracy end`.as('value'))
    .where(isAsked)
    .where('g.search_id', '=', id)
    .where('g.state', '<>', 'EXPIRED')
  const rows = await db
    .selectFrom(measured.unionAll(suggested).as('k'))
    .innerJoin('activations as a', 'a.id', 'k.activation_id')
    .distinctOn('k.shape')
    .select([sql<string>`encode(k.shape, 'hex')`.as('shape'), 'k.value'])
    .select(sql<string>`encode(a.identity, 'hex')`.as('twinHex'))
    .orderBy('k.shape')
    .orderBy(sql`k.value desc nulls last`)
    .orderBy('a.id')
    .execute()
  return new Map(rows.map(({ shape, ...twin }) => [shape, twin]))
}
