import { type AliasedExpression, type AliasedRawBuilder, type Kysely, sql } from 'kysely'
import { jsonBuildObject } from 'kysely/helpers/postgres'
import type { Tables } from '../tables/generated.js'
import { listOf, unnest } from '../tables/lists.js'
import { compileByShape, type Parameters } from './compile-by-shape.js'
import type { PageList } from './page-query.js'
import { existsBeyond, orderOfPage, type Position, positionAt, segmentsOf } from './page-segments.js'
import { DATE_PROPERTIES } from './rows.js'

export type { Position } from './page-segments.js'

/**
 * A part of a list: `size` rows from the start (or from the end, if `isBackward`) of the rows between two positions.
 */
export interface Window {
  readonly size: number
  readonly isBackward: boolean
  readonly after: Position | null
  readonly before: Position | null
}

export type Positioned<Row> = Row & { readonly pageValue: number | null; readonly pageKey: number | string }

export interface Page<Row> {
  readonly rows: Positioned<Row>[]
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
}

/**
 * One page of the list of each parent, with one statement. For lists without a parent, pass the parents `[0]`. Both
 * flags of a page are exact: the rows beyond its cursors are looked up.
 */
export async function listPages<Row>(
  db: Kysely<Tables>,
  parents: readonly number[],
  list: PageList<Row>,
  window: Window,
): Promise<Page<Row>[]> {
  const { isBackward, after, before } = window
  const values = { ...toParents(parents), limit: window.size + 1, after, before, list: list.values }
  const pages = (await readPages(db, values, { list, isBackward })) as FoundPage<Row>[]
  return pages.map((page) => toPage(page, window))
}

/** The number of rows of the list of each parent, with one statement. */
export async function countRows(
  db: Kysely<Tables>,
  parents: readonly number[],
  list: PageList<unknown>,
): Promise<number[]> {
  const rows = await readCounts(db, { ...toParents(parents), list: list.values }, { list })
  return rows.map((row) => row.count)
}

/** The position of the row at an index of a list, from 0; null if the list is shorter. */
export async function findPositionAt(
  db: Kysely<Tables>,
  parent: number,
  list: PageList<unknown>,
  index: number,
): Promise<Position | null> {
  const [row] = await readPositions(db, { parent, index, list: list.values }, { list })
  return row ? { value: row.pageValue, key: row.pageKey } : null
}

/** With a single parent, PostgreSQL knows its id when it plans, and can estimate the number of its rows. */
export type Parents =
  | { readonly parent: number }
  | { readonly parents: readonly number[] }
  | { readonly datasets: readonly string[] }
  | { readonly dataset: string }

export interface PageValues {
  readonly limit: number
  readonly after: Position | null
  readonly before: Position | null
  readonly list: object
}

/** Whether the list has rows before the cursor `after`, and after the cursor `before`. */
export interface FoundFlags {
  readonly isBefore: boolean
  readonly isAfter: boolean
}

interface FoundPage<Row> extends FoundFlags {
  readonly rows: Positioned<Row>[] | null
}

/** The columns of a page that the statement itself uses; the others depend on the list. */
interface PageRow {
  readonly activationId: number
}

const readPages = compileByShape(
  (
    db,
    values: Parameters<Parents & PageValues>,
    { list, isBackward }: { list: PageList<unknown>; isBackward: boolean },
  ) => {
    const { flags, page, order, query } = findPage(db, values, list, isBackward)
    const rows = query.withActivation ? withActivations(db, page) : db.selectFrom(page).selectAll('page')
    // The rows of a page arrive as one JSON value. Reading them column by column takes several times as long.
    const json = db
      .selectFrom(rows.as('listed'))
      .select(sql<Positioned<unknown>[] | null>`json_agg(listed order by ${sql.join(order)})`.as('rows'))
    return db
      .selectFrom(parentsOf(values))
      .crossJoinLateral(flags.as('flags'))
      .leftJoinLateral(json.as('page'), (join) => join.onTrue())
      .selectAll('flags')
      .select('page.rows')
      .orderBy('p.position')
  },
  ({ list, isBackward }) => `${list.name} ${isBackward}`,
)

const readPositions = compileByShape(
  (
    db,
    { parent, index, list: values }: Parameters<{ parent: number; index: number; list: object }>,
    { list }: { list: PageList<unknown> },
  ) => {
    const query = list.build(db, sql<number>`${parent}::int`, values)
    const found = positionAt(query, sql<number>`${index}::int`)
    return db.selectFrom(sql<Positioned<object>>`${found}`.as('found')).select(['found.pageValue', 'found.pageKey'])
  },
  ({ list }) => list.name,
)

/** The parts of a statement that finds the rows of a page, one row more than its size. */
export function findPage(
  db: Kysely<Tables>,
  { limit, after, before, list: values }: Parameters<PageValues>,
  list: PageList<unknown>,
  isBackward: boolean,
) {
  const query = list.build(db, sql.ref<number>('p.id'), values)
  const order = orderOfPage(query, isBackward)
  // Looked up once for each page. `offset 0` keeps PostgreSQL from looking up once for each row.
  const flags = db
    .selectNoFrom([
      (after ? existsBeyond(query, after, true) : sql.lit(false)).as('isBefore'),
      (before ? existsBeyond(query, before, false) : sql.lit(false)).as('isAfter'),
    ])
    .offset(sql.lit(0))
  const segments = segmentsOf(query, { limit, isBackward, after, before })
  const found = db.selectFrom(sql<PageRow>`(${sql.join(segments, sql` union all `)})`.as('segments')).selectAll()
  const ordered = order.reduce<typeof found>((query, column) => query.orderBy(column), found)
  return { query, order, flags, page: ordered.limit(limit).as('page') }
}

const readCounts = compileByShape(
  (db, values: Parameters<Parents & { list: object }>, { list }: { list: PageList<unknown> }) =>
    db
      .selectFrom(parentsOf(values))
      .select(list.build(db, sql.ref<number>('p.id'), values.list).count().as('count'))
      .orderBy('p.position'),
  ({ list }) => list.name,
)

interface ParentTable {
  readonly id: number
  readonly position: string
}

/** The parents with their positions, as `p`. */
export function parentsOf(parents: Parameters<Parents>): AliasedRawBuilder<ParentTable, 'p'> {
  if ('dataset' in parents) {
    return sql<ParentTable>`(select id, 1 as position from datasets where name = ${parents.dataset})`.as('p')
  }
  if ('datasets' in parents) {
    const names = unnest('k', { name: listOf('text', parents.datasets) })
    return sql<ParentTable>`(select d.id, k.position from ${names} join datasets as d on d.name = k.name)`.as('p')
  }
  if ('parents' in parents) return unnest('p', { id: listOf('int4', parents.parents) })
  return sql<ParentTable>`(select ${parents.parent}::int as id, 1 as position)`.as('p')
}

export function toParents(parents: readonly number[]): Parents {
  return parents.length === 1 ? { parent: parents[0] } : { parents }
}

/** The rows of a page with the activation of each. The join sees only the rows of the page. */
function withActivations(db: Kysely<Tables>, page: AliasedExpression<PageRow, 'page'>) {
  return db
    .selectFrom(page)
    .leftJoin('activations as a', 'a.id', 'page.activationId')
    .selectAll('page')
    .select((eb) =>
      jsonBuildObject({
        id: eb.ref('a.id'),
        identityHex: sql<string>`encode(${eb.ref('a.identity')}, 'hex')`,
        expression: eb.ref('a.expression'),
        depth: eb.ref('a.depth'),
        operators: eb.ref('a.operators'),
        isFinite: eb.ref('a.is_finite'),
        isConstant: eb.ref('a.is_constant'),
      }).as('activation'),
    )
}

function toPage<Row>(found: FoundPage<Row>, { size, isBackward }: Window): Page<Row> {
  const isCut = (found.rows?.length ?? 0) > size
  const rows = (found.rows ?? []).slice(0, size)
  rows.forEach(reviveDates)
  if (isBackward) rows.reverse()
  return { rows, ...toFlags(found, isCut, isBackward) }
}

/** Whether there are more rows on each side. `isCut` tells that a row beyond the size of the page was found. */
export function toFlags(
  { isBefore, isAfter }: FoundFlags,
  isCut: boolean,
  isBackward: boolean,
): Pick<Page<unknown>, 'hasNextPage' | 'hasPreviousPage'> {
  return {
    hasNextPage: isBackward ? isAfter : isCut || isAfter,
    hasPreviousPage: isBackward ? isCut || isBefore : isBefore,
  }
}

/** JSON has no dates. */
function reviveDates(row: object): void {
  const values = row as Record<string, unknown>
  for (const name of DATE_PROPERTIES) if (typeof values[name] === 'string') values[name] = new Date(values[name])
}
