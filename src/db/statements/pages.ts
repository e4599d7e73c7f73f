import { Parameters } from './parameters.js'
import { DATE_PROPERTIES, type Queryable } from './rows.js'

/**
 * A list that can be paged through. Its rows are ordered by `value` (where there is one; nulls last) and then by `key`,
 * which no two rows of one parent share: so a page is found by the position of its neighbour and not by counting, and
 * stays where it is while rows are inserted.
 */
export interface PageQuery {
  readonly select: string
  readonly from: string
  /** The SQL of the parent's id; null where the list has no parent. */
  readonly parent: string | null
  readonly conditions: readonly string[]
  readonly value?: {
    readonly sql: string
    readonly isDescending: boolean
    readonly isNullable: boolean
    /** Whether its index is written descending with nulls last; PostgreSQL uses it for an order that says the same. */
    readonly isIndexDescending?: boolean
    readonly type: 'int' | 'float8'
  }
  readonly key: { readonly sql: string; readonly isDescending: boolean; readonly type: 'int' | 'text' }
  /** What each row of a page (alias `page`) brings along, so that it need not be asked for with another statement. */
  readonly along?: { readonly select: string; readonly join: string }
}

/** Builds the query; values that it compares with go through the parameters. */
export type PageQueryBuilder = (parameters: Parameters) => PageQuery

/** Where a row stands in its list. */
export interface Position {
  readonly value: number | null
  readonly key: number | string
}

/** The part of a list that is asked for: `size` rows from the start (or, backwards, from the end) of what is between. */
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
 * One page of each parent's list, in one statement whatever their number. Lists without a parent are asked for with the
 * parents `[0]`. Both flags of a page are exact: what lies beyond its cursor is looked up, not assumed.
 */
export async function listPages<Row>(
  db: Queryable,
  parents: readonly number[],
  build: PageQueryBuilder,
  window: Window,
): Promise<Page<Row>[]> {
  const parameters = new Parameters()
  const from = listParents(parents, parameters)
  const query = build(parameters)
  const order = orderBy(query, window.isBackward)
  const beyond = (position: Position | null, isBefore: boolean): string =>
    position === null ? 'false' : existsBeyond(query, position, isBefore, parameters)
  // Looked up once a page; in the outer list it would be once a row.
  const flags = `select ${beyond(window.after, true)} as "isBefore", ${beyond(window.before, false)} as "isAfter" offset 0`
  // The rows of a page travel as one JSON value, which takes a fraction of the time of reading them column by column.
  const text = `
    select flags.*, page.rows
    from ${from}
    cross join lateral (${flags}) as flags
    left join lateral (
      select json_agg(listed order by ${order}) as rows from (
        select page.*${query.along ? `, ${query.along.select}` : ''} from (
          select * from (${segmentsOf(query, window, parameters).join('\nunion all\n')}) as segments
          order by ${order} limit ${window.size + 1}
        ) as page ${query.along?.join ?? ''}
      ) as listed
    ) as page on true
    order by p.place`
  const { rows: pages } = await db.query<FoundPage<Row>>(text, parameters.values)
  return pages.map((page) => toPage(page, window))
}

interface FoundPage<Row> {
  readonly rows: Positioned<Row>[] | null
  readonly isBefore: boolean
  readonly isAfter: boolean
}

/** The number of rows of each parent's list, in one statement. */
export async function countRows(db: Queryable, parents: readonly number[], build: PageQueryBuilder): Promise<number[]> {
  const parameters = new Parameters()
  const from = listParents(parents, parameters)
  const query = build(parameters)
  const { rows } = await db.query(
    `select (select count(*)::int from ${query.from} ${where(query, [])}) as count
     from ${from} order by p.place`,
    parameters.values,
  )
  return rows.map((row) => row.count)
}

/** The parents with their places. Of a single one PostgreSQL knows the id when it plans, and so how many rows it has. */
function listParents(parents: readonly number[], parameters: Parameters): string {
  return parents.length === 1
    ? `(select ${parameters.add(parents[0])}::int as id, 1 as place) as p`
    : `unnest(${parameters.add(parents)}::int[]) with ordinality as p(id, place)`
}

function toPage<Row>(found: FoundPage<Row>, { size, isBackward }: Window): Page<Row> {
  const isCut = (found.rows?.length ?? 0) > size
  const rows = (found.rows ?? []).slice(0, size)
  rows.forEach(reviveDates)
  if (isBackward) rows.reverse()
  return {
    rows,
    hasNextPage: isBackward ? found.isAfter : isCut || found.isAfter,
    hasPreviousPage: isBackward ? isCut || found.isBefore : found.isBefore,
  }
}

/** JSON has no dates. */
function reviveDates(row: object): void {
  const values = row as Record<string, unknown>
  for (const name of DATE_PROPERTIES) if (typeof values[name] === 'string') values[name] = new Date(values[name])
}

/**
 * A list is two segments, rows with a value and rows without, each in the order of an index: so each is read from its
 * index and stops after a page's length, where one condition with OR and IS NULL would walk all that comes before.
 */
function segmentsOf(query: PageQuery, window: Window, parameters: Parameters): string[] {
  const { after, before } = window
  const segments: string[] = []
  const hasValues = query.value !== undefined
  if (!hasValues || after === null || after.value !== null) {
    const conditions = hasValues && query.value?.isNullable ? [`${query.value.sql} is not null`] : []
    if (after !== null) conditions.push(...compare(query, after, 'after', parameters))
    if (before !== null && (!hasValues || before.value !== null)) {
      conditions.push(...compare(query, before, 'before', parameters))
    }
    segments.push(segment(query, 0, conditions, window))
  }
  if (query.value?.isNullable && (before === null || before.value === null)) {
    const conditions = [`${query.value.sql} is null`]
    if (after !== null && after.value === null) conditions.push(...compare(query, after, 'after', parameters))
    if (before !== null) conditions.push(...compare(query, before, 'before', parameters))
    segments.push(segment(query, 1, conditions, window))
  }
  // Between a row without a value and one with a value, which comes before it, there is nothing.
  return segments.length > 0 ? segments : [segment(query, 0, ['false'], window)]
}

function segment(query: PageQuery, number: number, conditions: string[], { size, isBackward }: Window): string {
  const value = query.value?.sql ?? 'null::float8'
  const order = [
    // Also where all values are null: the order is then that of the index, which gives those rows without a search.
    ...(query.value ? [valueOrder(query.value, isBackward)] : []),
    direction(collated(query.key.sql, query.key.type), query.key.isDescending !== isBackward),
  ]
  return `(select ${number} as segment, ${value} as "pageValue", ${query.key.sql} as "pageKey", ${query.select}
    from ${query.from} ${where(query, conditions)} order by ${order.join(', ')} limit ${size + 1})`
}

/** The conditions under which a row of the position's own segment comes after (or before) it. */
function compare(query: PageQuery, position: Position, side: 'after' | 'before', parameters: Parameters): string[] {
  const operator = (isDescending: boolean): string => (isDescending === (side === 'after') ? '<' : '>')
  const key = collated(query.key.sql, query.key.type)
  const place = placeKey(query, position, parameters)
  const isKeyBeyond = `${key} ${operator(query.key.isDescending)} ${place}`
  if (!query.value || position.value === null) return [isKeyBeyond]
  const sign = operator(query.value.isDescending)
  const value = `${parameters.add(position.value)}::${query.value.type}`
  // Where both run in one direction, the index leads to the row itself, however many share its value.
  if (query.value.isDescending === query.key.isDescending)
    return [`(${query.value.sql}, ${key}) ${sign} (${value}, ${place})`]
  return [`${query.value.sql} ${sign}= ${value}`, `(${query.value.sql} ${sign} ${value} or ${isKeyBeyond})`]
}

/** Whether the list has a row at the position or on the other side of it. */
function existsBeyond(query: PageQuery, position: Position, isBefore: boolean, parameters: Parameters): string {
  const side = isBefore ? 'before' : 'after'
  const own = query.value?.isNullable ? [`${query.value.sql} is ${position.value === null ? '' : 'not '}null`] : []
  const places = [
    [`${query.key.sql} = ${placeKey(query, position, parameters)}`],
    [...own, ...compare(query, position, side, parameters)],
  ]
  if (query.value?.isNullable) {
    if (isBefore && position.value === null) places.push([`${query.value.sql} is not null`])
    if (!isBefore && position.value !== null) places.push([`${query.value.sql} is null`])
  }
  // One look each: with OR in between, PostgreSQL would walk the table. The order makes it look into the index.
  const order = [
    ...(query.value ? [valueOrder(query.value, isBefore)] : []),
    direction(collated(query.key.sql, query.key.type), query.key.isDescending !== isBefore),
  ].join(', ')
  const looks = places.map((conditions, place) => {
    const sorted = place === 0 ? '' : `order by ${order}`
    return `exists (select from (select from ${query.from} ${where(query, conditions)} ${sorted} limit 1) as found)`
  })
  return `(${looks.join(' or ')})`
}

function placeKey(query: PageQuery, position: Position, parameters: Parameters): string {
  return `${parameters.add(position.key)}::${query.key.type}`
}

function orderBy(query: PageQuery, isBackward: boolean): string {
  return [
    direction('segment', isBackward),
    ...(query.value ? [direction('"pageValue"', query.value.isDescending !== isBackward)] : []),
    direction(collated('"pageKey"', query.key.type), query.key.isDescending !== isBackward),
  ].join(', ')
}

function where(query: PageQuery, conditions: readonly string[]): string {
  const all = [...(query.parent === null ? [] : [`${query.parent} = p.id`]), ...query.conditions, ...conditions]
  return all.length === 0 ? '' : `where ${all.join(' and ')}`
}

function valueOrder(value: NonNullable<PageQuery['value']>, isBackward: boolean): string {
  const isDescending = value.isDescending !== isBackward
  const nulls = value.isIndexDescending ? ` nulls ${isDescending ? 'last' : 'first'}` : ''
  return `${direction(value.sql, isDescending)}${nulls}`
}

function direction(sql: string, isDescending: boolean): string {
  return isDescending ? `${sql} desc` : sql
}

/** Texts are ordered by code point, as in JavaScript, whatever the database's locale. */
function collated(sql: string, type: 'int' | 'text'): string {
  return type === 'text' ? `${sql} collate "C"` : sql
}
