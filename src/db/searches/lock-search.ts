import type { Kysely } from 'kysely'
import type { Dataset, Search } from '../generated/client.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'

type Id = Placeholders<{ id: number }>

const lockedSearch = compileOnce((db, { id }: Id) =>
  db
    .selectFrom('searches as s')
    .select([
      's.id',
      's.dataset_id as datasetId',
      's.name',
      's.algorithm',
      's.replay',
      's.state',
      's.budget',
      's.schemas',
      's.seed',
      's.api_key_id as apiKeyId',
      's.created_at as createdAt',
      's.updated_at as updatedAt',
    ])
    .where('s.id', '=', id)
    .forUpdate(),
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
