import { type Kysely, sql } from 'kysely'
import type { Dataset, Search, SearchEndReason, SearchShortage } from '../generated/client.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import { SEARCH_COLUMNS } from '../tables/columns.js'
import type { Tables } from '../tables/generated.js'

/** A whole search, as Prisma names its columns. */
const WHOLE_SEARCH_COLUMNS = [...SEARCH_COLUMNS, 's.updated_at as updatedAt'] as const

type Id = Placeholders<{ id: number }>

const lockedSearch = compileOnce((db, { id }: Id) =>
  db.selectFrom('searches as s').select(WHOLE_SEARCH_COLUMNS).where('s.id', '=', id).forUpdate(),
)

/** Locks a search until the transaction ends and returns it; null if it does not exist. */
export async function findSearchForUpdate(db: Kysely<Tables>, id: number): Promise<Search | null> {
  const [search] = await lockedSearch(db, { id })
  return search ?? null
}

/** The columns of a dataset that decide where a report of one of its searches is recorded. */
export type SearchedDataset = Pick<Dataset, 'id' | 'name' | 'version' | 'origin' | 'apiKeyId'>

/** The search of a suggestion, its owner and its dataset. */
export interface SuggestionContext extends SearchedDataset {
  readonly searchId: number
  /** API key that created the search; null if the key was deleted. */
  readonly ownerId: number | null
}

const suggestionContext = compileOnce((db, { id }: Id) =>
  db
    .selectFrom('suggestions as g')
    .innerJoin('searches as s', 's.id', 'g.search_id')
    .innerJoin('datasets as d', 'd.id', 's.dataset_id')
    .select([
      'g.search_id as searchId',
      's.api_key_id as ownerId',
      'd.id',
      'd.name',
      'd.version',
      'd.origin',
      'd.api_key_id as apiKeyId',
    ])
    .where('g.id', '=', id),
)

/** The search, owner and dataset of a suggestion; null if it does not exist. */
export async function findSuggestionContext(
  db: Kysely<Tables>,
  suggestionId: number,
): Promise<SuggestionContext | null> {
  const [context] = await suggestionContext(db, { id: suggestionId })
  return context ?? null
}

/** Ends an ACTIVE search; another one stays as it is. The caller holds its lock. */
export async function markEnded(db: Kysely<Tables>, id: number, endReason: SearchEndReason): Promise<void> {
  const isComplete = endReason === 'BUDGET_USED' || endReason === 'NO_FUNCTION_LEFT'
  await db
    .updateTable('searches')
    .set({
      state: isComplete ? 'COMPLETED' : 'STOPPED',
      end_reason: endReason,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('state', '=', 'ACTIVE')
    .execute()
}

/** Raises the budget of a search, which is ACTIVE afterwards. The caller holds its lock. */
export async function raiseBudget(db: Kysely<Tables>, id: number, budget: number): Promise<void> {
  await db
    .updateTable('searches')
    .set({ state: 'ACTIVE', budget, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()
}

/** Records what the last request for suggestions left. The caller holds the lock of the search. */
export async function setShortage(db: Kysely<Tables>, id: number, shortage: SearchShortage | null): Promise<void> {
  await db.updateTable('searches').set({ shortage }).where('id', '=', id).execute()
}
