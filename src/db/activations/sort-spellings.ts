import { type Kysely, sql } from 'kysely'
import { inChunks } from '../statements/in-chunks.js'
import type { Tables } from '../tables/generated.js'
import { listsFrom, unnest } from '../tables/lists.js'

/** A function whose stored name is not its representative. */
export interface MisnamedActivation {
  readonly id: number
  /** The representative: the shortest spelling that is stored. */
  readonly expression: string
}

export interface StockSources {
  /** Regular expressions that match the spellings of enumerated spaces. */
  readonly patterns: readonly string[]
  /** Other spellings of the stock, such as those of shipped data. */
  readonly texts: readonly string[]
}

/** Whether any function is stored. */
export async function hasSpellings(db: Kysely<Tables>): Promise<boolean> {
  return (await db.selectFrom('expressions').select('text').limit(1).execute()).length > 0
}

/** The search spaces whose functions were stored, completely or in part. */
export async function listAddedSpaces(db: Kysely<Tables>): Promise<{ schema: string; operators: string[] }[]> {
  return db.selectFrom('space_additions').select(['schema', 'operators']).orderBy('schema').execute()
}

/**
 * Separates the spellings of the stock from those of clients, in the caller's transaction. The stock has the spellings of
 * imported files, of runs without a key, and those of `sources`. A function with a spelling of the stock loses its other
 * spellings. Any other function keeps its name, as one that a client gave. Names are not corrected (see `listMisnamed`).
 */
export async function separateClientSpellings(db: Kysely<Tables>, { patterns, texts }: StockSources): Promise<void> {
  await sql`create temp table stock (text text primary key) on commit drop`.execute(db)
  await sql`insert into stock
    select unnest(s.listed) from source_rows s
    union select e.expression from evaluations e where e.origin = 'IMPORTED'
    union select e.expression from evaluations e join runs r on r.evaluation_id = e.id where r.api_key_id is null
    union select unnest(${texts}::text[])`.execute(db)
  for (const pattern of patterns) {
    await sql`insert into stock select x.text from expressions x where x.text ~ ${pattern}
      on conflict do nothing`.execute(db)
  }
  await sql`analyze stock`.execute(db)
  const isStock = sql`exists (select from expressions y join stock s on s.text = y.text where y.activation_id = a.id)`
  await sql`update activations a set is_named_by_client = not ${isStock}
    where a.is_named_by_client = ${isStock}`.execute(db)
  await sql`delete from expressions x using activations a
    where a.id = x.activation_id
      and case when a.is_named_by_client then x.text <> a.expression
        else not exists (select from stock s where s.text = x.text) end`.execute(db)
}

/** The functions whose stored name is not their shortest spelling. */
export async function listMisnamed(db: Kysely<Tables>): Promise<MisnamedActivation[]> {
  const { rows } = await sql<MisnamedActivation>`
    select a.id, best.text as expression
    from activations a cross join lateral (
      select x.text from expressions x where x.activation_id = a.id order by x.length, x.text collate "C" limit 1
    ) as best
    where best.text <> a.expression`.execute(db)
  return rows
}

/** A new name of a function, with its properties. */
export interface NewName extends MisnamedActivation {
  readonly depth: number
  readonly operators: readonly string[]
}

/** Stores new names, in the caller's transaction. */
export async function renameActivations(db: Kysely<Tables>, names: readonly NewName[]): Promise<void> {
  await inChunks(names, 5000, async (chunk) => {
    const list = listsFrom(chunk)
    const rows = unnest('n', {
      id: list('int4', ({ id }) => id),
      expression: list('text', ({ expression }) => expression),
      depth: list('int4', ({ depth }) => depth),
      operators: list('text', ({ operators }) => operators.join(',')),
    })
    await db
      .updateTable('activations as a')
      .from(rows)
      .set((eb) => ({
        expression: eb.ref('n.expression'),
        depth: eb.ref('n.depth'),
        operators: sql<string[]>`string_to_array(n.operators, ',')`,
      }))
      .whereRef('a.id', '=', 'n.id')
      .execute()
  })
}
