import type { Kysely } from 'kysely'
import type { PageList } from '../statements/page-query.js'
import { countRows } from '../statements/pages.js'
import type { Tables } from '../tables/generated.js'
import { cachedByState } from './cached-by-state.js'
import { countMatching } from './count-matching.js'

/**
 * The number of rows of the list of each parent. Filters by function would join two tables, so their counts come from packed
 * columns and are cached.
 */
export function countList(db: Kysely<Tables>, parents: readonly number[], list: PageList<unknown>): Promise<number[]> {
  const { ofState } = list
  if (!ofState) return countRows(db, parents, list)
  const name = `count ${JSON.stringify(list.values)}`
  const count = async (id: number): Promise<number> =>
    (await countMatching(db, id, ofState)) ?? (await countRows(db, [id], list))[0]
  return cachedByState(db, name, parents, count, 'number')
}
