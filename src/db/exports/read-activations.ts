import { type Kysely, sql } from 'kysely'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import type { Tables } from '../tables/generated.js'
import { type ExportedFunction, FUNCTION_COLUMNS, VERSION_OF } from './function-columns.js'

/** A stored function as an export of all functions has it. */
export interface StoredFunction extends ExportedFunction {
  readonly operators: string[]
  /** Number of datasets that measured it. */
  readonly datasets: number
  /** The places of the patterns of the export that match one of its spellings, from 0. */
  readonly spaces: number[]
}

/** Number of rows in memory at a time: about a megabyte. */
const PAGE = 2000

const activationsAfter = compileByShape((db, { last, patterns }: Parameters<{ last: number; patterns: string[] }>) =>
  db
    .selectFrom((eb) =>
      // The limit comes first: the spellings of other functions are not compared with the patterns.
      eb
        .selectFrom('activations as b')
        .selectAll()
        .where('b.id', '>', last)
        .orderBy('b.id')
        .limit(sql.lit(PAGE))
        .as('a'),
    )
    .leftJoin('activation_moments as m', (join) =>
      join.onRef('m.activation_id', '=', 'a.id').on('m.version', '=', VERSION_OF.moments),
    )
    .leftJoin('activation_properties as p', (join) =>
      join.onRef('p.activation_id', '=', 'a.id').on('p.version', '=', VERSION_OF.properties),
    )
    .select(['a.id as activation', 'a.operators'])
    .select((eb) => [
      eb
        .selectFrom('evaluations as e')
        .select(sql<number>`count(distinct e.dataset_id)::int`.as('count'))
        .whereRef('e.activation_id', '=', 'a.id')
        .$asScalar()
        .$notNull()
        .as('datasets'),
      sql<
        number[]
      >`array(select (s.place - 1)::int from unnest(${patterns}::text[]) with ordinality as s(pattern, place)
        where exists (select from expressions x where x.activation_id = a.id and x.text ~ s.pattern)
        order by s.place)`.as('spaces'),
    ])
    .select(FUNCTION_COLUMNS)
    .orderBy('a.id'),
)

/**
 * All stored functions, the first stored first, a page at a time; with patterns of spaces. Call it in a transaction of
 * isolation level REPEATABLE READ.
 */
export async function* readActivations(
  db: Kysely<Tables>,
  patterns: readonly string[],
): AsyncGenerator<StoredFunction[], void, void> {
  for (let last = 0; ; ) {
    const rows = await activationsAfter(db, { last, patterns: [...patterns] }, null)
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    last = rows[rows.length - 1].activation
  }
}

/** A text that changes whenever an export of all functions changes. */
export async function findActivationsStamp(db: Kysely<Tables>): Promise<string> {
  const { stamp } = await db
    .selectNoFrom(
      sql<string>`jsonb_build_array(
        (select jsonb_build_array(count(*), max(id)) from activations),
        (select count(*) from expressions),
        (select jsonb_build_array(count(*), max(id)) from evaluations),
        (select jsonb_agg(jsonb_build_array(schema, operators) order by schema) from space_additions))::text`.as(
        'stamp',
      ),
    )
    .executeTakeFirstOrThrow()
  return stamp
}
