import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import { compileByShape, type Parameters } from './compile-by-shape.js'
import type { PageList } from './page-query.js'
import type { Position } from './page-segments.js'
import {
  type FoundFlags,
  findPage,
  type Page,
  type PageValues,
  type Parents,
  parentsOf,
  toFlags,
  toParents,
  type Window,
} from './pages.js'
import { nameShape, type RowShape, shapeRow } from './row-shapes.js'

/** A page whose rows PostgreSQL has written as JSON. */
export interface ShapedPage extends Omit<Page<unknown>, 'rows'> {
  /** The rows, separated by commas. */
  readonly text: string
  readonly count: number
  /** The positions of the first and the last row; null for an empty page. */
  readonly start: Position | null
  readonly end: Position | null
}

/**
 * The pages of `listPages` with rows of a shape: no row becomes an object of this process. Datasets may be given by their names.
 * Throws if one does not exist.
 */
export async function listShapedPages(
  db: Kysely<Tables>,
  parents: readonly number[] | readonly string[],
  list: PageList<unknown>,
  window: Window,
  shape: RowShape,
): Promise<ShapedPage[]> {
  const { size, isBackward, after, before } = window
  const values = { after, before, list: list.values }
  const options = { list, isBackward, shape }
  const pages = (await (isOneName(parents)
    ? readPageOfNamed(db, { ...values, dataset: parents[0] }, { ...options, size })
    : readPages(db, { ...values, ...toAnyParents(parents), size }, { ...options, size: null }))) as FoundText[]
  if (pages.length < parents.length) throw new Error('parents: expected names of datasets, got one that does not exist')
  return pages.map(({ text, found, first, last, ...flags }) => ({
    text: text ?? '',
    count: Math.min(found, size),
    start: toPosition(isBackward ? last : first),
    end: toPosition(isBackward ? first : last),
    ...toFlags(flags, found > size, isBackward),
  }))
}

function isOneName(parents: readonly number[] | readonly string[]): parents is readonly [string] {
  return parents.length === 1 && typeof parents[0] === 'string'
}

function toAnyParents(parents: readonly number[] | readonly string[]): Parents {
  return typeof parents[0] === 'string'
    ? { datasets: parents as readonly string[] }
    : toParents(parents as readonly number[])
}

type ValueAndKey = readonly [value: number | null, key: number | string]

interface FoundText extends FoundFlags {
  readonly text: string | null
  readonly found: number
  readonly first: ValueAndKey | null
  readonly last: ValueAndKey | null
}

interface ShapedRow {
  readonly place: number
  readonly text: string
}

function buildPages(
  db: Kysely<Tables>,
  values: Parameters<Parents & Omit<PageValues, 'limit'> & { size?: number }>,
  { list, isBackward, shape, size: fixed }: PageOptions,
) {
  const size = fixed === null ? sql<number>`${values.size}::int` : sql<number>`${sql.lit(fixed)}`
  const limit = sql<number>`${size} + 1`
  const { flags, page, order } = findPage(db, { ...values, limit }, list, isBackward)
  const placed = db
    .selectFrom(page)
    .selectAll('page')
    .select(sql<number>`row_number() over (order by ${sql.join(order)})`.as('place'))
  const shaped = sql<ShapedRow>`(select page.place, json_build_array("pageValue", "pageKey") as position,
      (select row_to_json(s) from (select ${shapeRow(db, shape, 'page')}) as s)::text as text from (${placed}) as page)`
  // The row after the page only shows that there is one. A page that is read backwards is turned round.
  const direction = sql.raw(isBackward ? 'desc' : 'asc')
  const positions = sql`array_agg(position order by place)`
  const json = db
    .selectFrom(shaped.as('shaped'))
    .select([
      sql<string | null>`string_agg(text, ',' order by place ${direction}) filter (where place <= ${size})`.as('text'),
      sql<number>`count(*)::int`.as('found'),
      sql<ValueAndKey | null>`(${positions})[1]`.as('first'),
      sql<ValueAndKey | null>`(${positions})[least(count(*), ${size})]`.as('last'),
    ])
  return db
    .selectFrom(parentsOf(values))
    .crossJoinLateral(flags.as('flags'))
    .crossJoinLateral(json.as('page'))
    .selectAll('flags')
    .select(['page.text', 'page.found', 'page.first', 'page.last'])
    .orderBy('p.position')
}

interface PageOptions {
  readonly list: PageList<unknown>
  readonly isBackward: boolean
  readonly shape: RowShape
  /** The size of the page, if it is a part of the text; null if it is a value. */
  readonly size: number | null
}

const toKey = ({ list, isBackward, shape, size }: PageOptions) =>
  `${list.name} ${isBackward} ${size} ${nameShape(shape)}`
const readPages = compileByShape(buildPages, toKey)
/**
 * A page without conditions, for which one plan is the best for all datasets. PostgreSQL keeps that plan only if it expects few rows:
 * a list of names, or a size that is not in the text, would make it plan each time, which takes longer than the page.
 */
const readPageOfNamed = compileByShape(buildPages, toKey, 'page-of-named')

function toPosition(found: ValueAndKey | null): Position | null {
  return found && { value: found[0], key: found[1] }
}
