import {
  type AliasedRawBuilder,
  type Expression,
  type Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  type StringReference,
  sql,
} from 'kysely'
import type { Tables } from '../tables/generated.js'
import type { ValuesOf } from './compile-by-shape.js'
import type { EvaluationConditions } from './conditions.js'
import type { ActivationRow } from './rows.js'

/** A list that can be read page by page, with the values that its statement compares with. */
export interface PageList<Row> {
  /** The name of the list and the options that change the text of its statement. */
  readonly name: string
  readonly values: object
  /** The conditions on the evaluations of a dataset, if only these, their runs and their functions decide how long its list is. */
  readonly ofState?: EvaluationConditions | null
  readonly build: (db: Kysely<Tables>, parent: Expression<number>, values: object) => PageQuery<Row>
}

/**
 * Declares a list. `build` gets the id of the object that the list belongs to, parameters instead of the values, and
 * the options as they are.
 */
export function definePageList<Given extends object, Options, Row>(
  name: string,
  build: (db: Kysely<Tables>, parent: Expression<number>, values: Given, options: Options) => PageQuery<Row>,
): (values: ValuesOf<Given>, options: Options) => PageList<Row> {
  return (values, options) => ({
    name: `${name} ${JSON.stringify(options)}`,
    values: values as object,
    build: (db, parent, parameters) => build(db, parent, parameters as Given, options),
  })
}

/**
 * How a list is read. Its rows are ordered by `value` (if there is one; nulls last) and then by `key`, which no two
 * rows of one parent share. So a page is found by the position of its neighbour and not by counting, and it does not
 * shift while rows are inserted.
 */
export interface PageQuery<Row> {
  readonly value?: ValueColumn
  readonly key: KeyColumn
  /** Whether each row of a page includes its activation, which saves a second statement. */
  readonly withActivation: boolean
  /** The rows that meet the conditions, with their columns and those that the page itself needs, in this order. */
  list(columns: readonly AliasedRawBuilder<unknown, string>[], part: Part): Expression<Row>
  /** The same rows, with only the columns that the page itself needs, so that an index has all of them. */
  positions(columns: readonly AliasedRawBuilder<unknown, string>[], part: Omit<Part, 'limit'>): Expression<object>
  /** Whether a row meets the conditions. The order lets PostgreSQL look it up in an index. */
  exists(part: Omit<Part, 'limit'>): Expression<SqlBool>
  /** The number of rows. */
  count(): RawBuilder<number>
}

/** The first column of the order of a list. */
export interface ValueColumn<Column = Expression<number | null>> {
  readonly column: Column
  readonly type: 'int' | 'float8'
  readonly isDescending?: boolean
  readonly isNullable?: boolean
  /**
   * Whether the index is declared descending with nulls last: PostgreSQL uses it only for an order that says the same.
   */
  readonly isIndexDescending?: boolean
}

/** The column that orders rows of equal value. */
export interface KeyColumn<Column = Expression<number | string>> {
  readonly column: Column
  readonly type: 'int' | 'text'
  readonly isDescending?: boolean
}

/** A part of a list. */
export interface Part {
  readonly conditions: readonly Expression<SqlBool>[]
  readonly order: readonly Expression<unknown>[]
  readonly limit: Expression<number>
}

/** Makes the query of a list from its rows without a select list, and from the same rows with their columns. */
export function toPageQuery<DB, TB extends keyof DB, Row>(
  rows: SelectQueryBuilder<DB, TB, object>,
  selected: SelectQueryBuilder<DB, TB, Row>,
  {
    value,
    key,
  }: {
    readonly value?: ValueColumn<StringReference<DB, TB>>
    readonly key: KeyColumn<StringReference<DB, TB>>
  },
): PageQuery<Row> {
  const narrow = <Output>(query: SelectQueryBuilder<DB, TB, Output>, { conditions, order }: Omit<Part, 'limit'>) => {
    const matching = conditions.reduce<typeof query>((narrowed, condition) => narrowed.where(condition), query)
    return order.reduce<typeof matching>((ordered, column) => ordered.orderBy(column), matching)
  }
  const ref = <Value>(column: string) => sql.ref<Value>(column)
  return {
    ...(value && { value: { ...value, column: ref<number | null>(value.column) } }),
    key: { ...key, column: ref<number | string>(key.column) },
    withActivation: false,
    list: (positions, part) => narrow(selected.select(positions), part).limit(part.limit),
    positions: (positions, part) => narrow(rows.select(positions), part),
    exists: (part) => sql<SqlBool>`exists (select from ${narrow(rows, part).limit(sql.lit(1))} as found)`,
    count: () => sql<number>`${rows.select(sql<number>`count(*)::int`.as('count'))}`,
  }
}

/** The same list, with the activation in each row. */
export function withActivation<Row extends { readonly activationId: number }>(
  query: PageQuery<Row>,
): PageQuery<Row & { readonly activation: ActivationRow }> {
  return { ...query, withActivation: true } as PageQuery<Row & { readonly activation: ActivationRow }>
}
