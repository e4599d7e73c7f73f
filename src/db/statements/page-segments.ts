import { type AliasedRawBuilder, type Expression, expressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'
import type { Parameters } from './compile-by-shape.js'
import type { KeyColumn, PageQuery, ValueColumn } from './page-query.js'

/** The position of a row in its list. */
export interface Position {
  readonly value: number | null
  readonly key: number | string
}

type PositionParameters = Parameters<Position>

/** A part of a list, as parameters. */
export interface WindowParameters {
  readonly limit: Expression<number>
  readonly isBackward: boolean
  readonly after: PositionParameters | null
  readonly before: PositionParameters | null
}

const eb = expressionBuilder<Tables>()

/**
 * A list consists of two segments, the rows with a value and the rows without, each in the order of an index. So each
 * segment is read from its index and ends after the length of a page. One condition with OR and IS NULL would read all
 * rows before the page.
 */
export function segmentsOf<Row>(query: PageQuery<Row>, window: WindowParameters): Expression<Row>[] {
  const { after, before } = window
  const { value } = query
  const segments: Expression<Row>[] = []
  if (!value || after === null || after.value !== null) {
    const conditions: Expression<SqlBool>[] = value?.isNullable ? [eb(value.column, 'is not', null)] : []
    if (after !== null) conditions.push(...compare(query, after, 'after'))
    if (before !== null && (!value || before.value !== null)) conditions.push(...compare(query, before, 'before'))
    segments.push(segment(query, 0, conditions, window))
  }
  if (value?.isNullable && (before === null || before.value === null)) {
    const conditions: Expression<SqlBool>[] = [eb(value.column, 'is', null)]
    if (after !== null && after.value === null) conditions.push(...compare(query, after, 'after'))
    if (before !== null) conditions.push(...compare(query, before, 'before'))
    segments.push(segment(query, 1, conditions, window))
  }
  // No row comes after one without a value and before one with a value.
  return segments.length > 0 ? segments : [segment(query, 0, [sql.lit(false)], window)]
}

/** Whether the list has a row at the position or beyond it: before it, or after it. */
export function existsBeyond<Row>(
  query: PageQuery<Row>,
  position: PositionParameters,
  isBefore: boolean,
): RawBuilder<boolean> {
  const { value, key } = query
  const ofSegment = value?.isNullable ? [eb(value.column, position.value === null ? 'is' : 'is not', null)] : []
  const order = indexOrder(query, isBefore)
  const beyond = [...ofSegment, ...compare(query, position, isBefore ? 'before' : 'after')]
  // One lookup for each: with OR inside one lookup, PostgreSQL would read the whole table.
  const lookups = [
    query.exists({ conditions: [eb(key.column, '=', keyOf(key, position))], order: [] }),
    query.exists({ conditions: beyond, order }),
  ]
  if (value?.isNullable) {
    const otherSegment = { conditions: [eb(value.column, isBefore ? 'is not' : 'is', null)], order }
    if (isBefore === (position.value === null)) lookups.push(query.exists(otherSegment))
  }
  return sql<boolean>`(${sql.join(lookups, sql` or `)})`
}

/** The order of the rows of a page, from its own columns. */
export function orderOfPage<Row>({ value, key }: PageQuery<Row>, isBackward: boolean): Expression<unknown>[] {
  return [
    directed(sql.ref('segment'), isBackward),
    ...(value ? [directed(sql.ref('pageValue'), isReversed(value, isBackward))] : []),
    directed(collated({ ...key, column: sql.ref('pageKey') }), isReversed(key, isBackward)),
  ]
}

function segment<Row>(
  query: PageQuery<Row>,
  number: number,
  conditions: readonly Expression<SqlBool>[],
  { limit, isBackward }: WindowParameters,
): Expression<Row> {
  const columns = [sql<number>`${sql.lit(number)}`.as('segment'), ...positionColumns(query)]
  return query.list(columns, { conditions, order: indexOrder(query, isBackward), limit })
}

function positionColumns<Row>({ value, key }: PageQuery<Row>): AliasedRawBuilder<unknown, string>[] {
  return [
    (value ? sql<number | null>`${value.column}` : sql<null>`null::float8`).as('pageValue'),
    sql<number | string>`${key.column}`.as('pageKey'),
  ]
}

/**
 * The position of the row at an index of the list, or no row if the list is shorter. It is counted in the index of the order,
 * which takes time for each row before it.
 */
export function positionAt<Row>(query: PageQuery<Row>, index: Expression<number>): RawBuilder<object> {
  const columns = positionColumns(query)
  const segmentOf = (isNull: boolean) =>
    query.positions(columns, {
      conditions: query.value?.isNullable ? [eb(query.value.column, isNull ? 'is' : 'is not', null)] : [],
      order: indexOrder(query, false),
    })
  const first = sql`${segmentOf(false)} offset ${index} limit 1`
  if (!query.value?.isNullable) return sql`(${first})`
  // PostgreSQL counts the first segment only if the row is not in it.
  const before = sql`(select count(*) from (${segmentOf(false)}) as valued)`
  return sql`(with found as (${first}) select * from found union all select * from (
    ${segmentOf(true)} offset greatest(0, ${index} - ${before}) limit 1) as other where not exists (select from found))`
}

/** The conditions that a row of the same segment comes after the position, or before it. */
function compare<Row>(
  { value, key }: PageQuery<Row>,
  position: PositionParameters,
  side: 'after' | 'before',
): Expression<SqlBool>[] {
  const signOf = ({ isDescending = false }: ValueColumn | KeyColumn) =>
    isDescending === (side === 'after') ? '<' : '>'
  const isKeyBeyond = eb(collated(key), signOf(key), keyOf(key, position))
  if (!value || position.value === null) return [isKeyBeyond]
  const sign = signOf(value)
  const limit = sql<number>`${position.value}::${sql.raw(value.type)}`
  // If both run in one direction, the index leads to the row itself, even if many rows share its value.
  if (Boolean(value.isDescending) === Boolean(key.isDescending)) {
    const [row, place] = [sql`(${value.column}, ${collated(key)})`, sql`(${limit}, ${keyOf(key, position)})`]
    return [sql<SqlBool>`${row} ${sql.raw(sign)} ${place}`]
  }
  return [eb(value.column, `${sign}=`, limit), eb.or([eb(value.column, sign, limit), isKeyBeyond])]
}

/** The order of an index, which gives the rows of a segment without sorting. */
function indexOrder<Row>({ value, key }: PageQuery<Row>, isBackward: boolean): Expression<unknown>[] {
  return [
    // Also in the segment without values, because the index has this column too.
    ...(value ? [directedValue(value, isBackward)] : []),
    directed(collated(key), isReversed(key, isBackward)),
  ]
}

function directedValue(value: ValueColumn, isBackward: boolean): Expression<unknown> {
  const isDescending = isReversed(value, isBackward)
  const order = directed(value.column, isDescending)
  if (!value.isIndexDescending) return order
  return isDescending ? sql`${order} nulls last` : sql`${order} nulls first`
}

/** Whether the rows are read in descending order of the column. */
function isReversed({ isDescending = false }: ValueColumn | KeyColumn, isBackward: boolean): boolean {
  return isDescending !== isBackward
}

function directed(column: Expression<unknown>, isDescending: boolean): Expression<unknown> {
  return isDescending ? sql`${column} desc` : column
}

function keyOf({ type }: KeyColumn, position: PositionParameters): Expression<number | string> {
  return sql`${position.key}::${sql.raw(type)}`
}

/** Texts are ordered by code point, as in JavaScript, in every locale of the database. */
function collated({ column, type }: KeyColumn): Expression<number | string> {
  return type === 'text' ? sql`${column} collate "C"` : column
}
