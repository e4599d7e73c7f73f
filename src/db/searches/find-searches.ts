import { type Kysely, sql } from 'kysely'
import { grouped, inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { SuggestionRow } from '../statements/rows.js'
import { SUGGESTION_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

type Ids = Placeholders<{ ids: readonly number[] }>

const completedCounts = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('suggestions as g')
    .select(['g.search_id as id', sql<number>`count(*)::int`.as('count')])
    .where('g.search_id', '=', anyOf(ids))
    .where('g.state', '=', 'COMPLETED')
    .groupBy('g.search_id'),
)

/** The number of completed suggestions of each search. */
export async function countCompleted(db: Kysely<Tables>, searchIds: readonly number[]): Promise<number[]> {
  const rows = await completedCounts(db, { ids: searchIds })
  return inOrder(searchIds, rows, (row) => row.id).map((row) => row?.count ?? 0)
}

const bestSuggestions = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('suggestions as g')
    .distinctOn('g.search_id')
    .select(SUGGESTION_COLUMNS)
    .where('g.search_id', '=', anyOf(ids))
    .where('g.state', '=', 'COMPLETED')
    .where('g.epochs', 'is', null)
    .orderBy('g.search_id')
    .orderBy('g.validation_accuracy', 'desc')
    .orderBy('g.step'),
)

/**
 * The completed suggestion of each search with the highest validation accuracy after a whole training; of equal ones, the first
 * to complete. Null if a search has completed none.
 */
export async function findBestSuggestions(
  db: Kysely<Tables>,
  searchIds: readonly number[],
): Promise<(SuggestionRow | null)[]> {
  return inOrder(searchIds, await bestSuggestions(db, { ids: searchIds }), (row) => row.searchId)
}

const completedSuggestions = compileOnce((db, { ids }: Ids) =>
  db
    .selectFrom('suggestions as g')
    .select(SUGGESTION_COLUMNS)
    .where('g.search_id', '=', anyOf(ids))
    .where('g.state', '=', 'COMPLETED')
    .where('g.epochs', 'is', null)
    .orderBy('g.step'),
)

/** The completed suggestions of each search after whole trainings, in the order of completion. */
export async function findCompletedSuggestions(
  db: Kysely<Tables>,
  searchIds: readonly number[],
): Promise<SuggestionRow[][]> {
  return grouped(searchIds, await completedSuggestions(db, { ids: searchIds }), (row) => row.searchId)
}
