import { inOrder } from '../statements/align.js'
import { type Queryable, SUGGESTION_COLUMNS, type SuggestionRow } from '../statements/rows.js'

/** How many suggestions of each search are completed. */
export async function countCompleted(db: Queryable, searchIds: readonly number[]): Promise<number[]> {
  const { rows } = await db.query(
    `select g.search_id as id, count(*)::int as count from suggestions g
     where g.search_id = any($1::int[]) and g.state = 'COMPLETED' group by g.search_id`,
    [searchIds],
  )
  return inOrder<number, { id: number; count: number }>(searchIds, rows, (row) => row.id).map((row) => row?.count ?? 0)
}

/** Each search's completed suggestion with the best validation accuracy, of equals the first; null where none is. */
export async function findBestSuggestions(
  db: Queryable,
  searchIds: readonly number[],
): Promise<(SuggestionRow | null)[]> {
  const { rows } = await db.query(
    `select distinct on (g.search_id) ${SUGGESTION_COLUMNS('g')} from suggestions g
     where g.search_id = any($1::int[]) and g.state = 'COMPLETED'
     order by g.search_id, g.validation_accuracy desc, g.step`,
    [searchIds],
  )
  return inOrder<number, SuggestionRow>(searchIds, rows, (row) => row.searchId)
}

/** The completed suggestions of each search, in the order of their completion. */
export async function findCompletedSuggestions(
  db: Queryable,
  searchIds: readonly number[],
): Promise<SuggestionRow[][]> {
  const { rows } = await db.query(
    `select ${SUGGESTION_COLUMNS('g')} from suggestions g
     where g.search_id = any($1::int[]) and g.state = 'COMPLETED' order by g.step`,
    [searchIds],
  )
  const found = new Map<number, SuggestionRow[]>(searchIds.map((id) => [id, []]))
  for (const row of rows) found.get(row.searchId)?.push(row)
  return searchIds.map((id) => found.get(id) ?? [])
}
