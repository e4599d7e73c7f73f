import { type Kysely, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import { ACTIVATION_COLUMNS, EVALUATION_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'
import { inOrder } from './align.js'
import { compileByShape, type Parameters } from './compile-by-shape.js'
import { nameShape, type RowShape, shapeRow } from './row-shapes.js'
import { type Read, sharedRead } from './shared-read.js'

/** Rows that PostgreSQL has written as JSON. */
export interface ShapedText {
  readonly text: string
}

/** Clients choose the shapes, so what is remembered of them needs a limit. */
const MOST_SHAPES = 200

type Ids = Parameters<{ ids: readonly number[] }>

interface Options {
  readonly shape: RowShape
}

const toKey = ({ shape }: Options) => nameShape(shape)

const activationsByShape = compileByShape(
  (db, { ids }: Ids, { shape }: Options) =>
    db
      .selectFrom(db.selectFrom('activations as a').select(ACTIVATION_COLUMNS).where('a.id', '=', anyOf(ids)).as('row'))
      .select('row.id')
      .select(sql<string>`(select row_to_json(s) from (select ${shapeRow(db, shape, 'row')}) as s)::text`.as('text')),
  toKey,
  'shaped-functions',
)

const evaluationsByShape = compileByShape(
  (db, { ids }: Ids, { shape }: Options) => {
    const rows = db
      .selectFrom('evaluations as e')
      .select(EVALUATION_COLUMNS)
      .where('e.activation_id', '=', sql.ref<number>('k.id'))
    const texts = sql`(select row.id, row."datasetId", (select row_to_json(s) from (select ${shapeRow(db, shape, 'row')}) as s)::text
      as text from (${rows}) as row)`
    return db
      .selectFrom(unnest('k', { id: listOf('int4', ids) }))
      .select('k.id')
      .select(
        sql<string>`(select '[' || coalesce(string_agg(t.text, ',' order by t."datasetId", t.id), '') || ']' from ${texts} as t)`.as(
          'text',
        ),
      )
  },
  toKey,
  'shaped-evaluations',
)

/** The row of each activation as JSON; null if it does not exist. */
export const findShapedActivations = sharedByShape(async (db, ids, shape) =>
  inOrder(ids, await activationsByShape(db, { ids }, { shape }), ({ id }) => id),
)

/** The list of all evaluations of each activation as JSON, dataset by dataset. */
export const findShapedEvaluationsOf = sharedByShape(async (db, ids, shape) =>
  inOrder(ids, await evaluationsByShape(db, { ids }, { shape }), ({ id }) => id),
)

/** A read that requests of the same moment share if they want rows of the same shape. */
function sharedByShape(
  read: (db: Kysely<Tables>, ids: readonly number[], shape: RowShape) => Promise<(ShapedText | null)[]>,
) {
  const reads = new LRUCache<string, Read<number, ShapedText | null>>({ max: MOST_SHAPES })
  return (db: Kysely<Tables>, ids: readonly number[], shape: RowShape): Promise<(ShapedText | null)[]> => {
    const name = nameShape(shape)
    const shared = reads.get(name) ?? sharedRead((of, all: readonly number[]) => read(of, all, shape))
    reads.set(name, shared)
    return shared(db, ids)
  }
}
