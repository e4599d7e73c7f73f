import { type Expression, type RawBuilder, sql } from 'kysely'
import type { RawEnumList } from './column-types.js'

/** A list of values, or a placeholder for it in a statement. */
export type List<Value> = readonly Value[] | Expression<readonly Value[]>

/**
 * Compares a column with any value of a list: `.where('e.id', '=', anyOf(ids))`. The list is one parameter, so that the
 * text of the statement does not depend on its length.
 */
export function anyOf<Value>(values: List<Value>): RawBuilder<Value> {
  return sql<Value>`any(${values})`
}

/** Compares `activations.identity` with any of these identities, each of 64 hexadecimal digits. */
export function anyIdentity(identities: List<string>): RawBuilder<Buffer> {
  return sql<Buffer>`any(select decode(i, 'hex') from unnest(${identities}::text[]) as i)`
}

/** The TypeScript type of each PostgreSQL type that `unnest` takes. */
interface ElementTypes {
  int4: number
  int8: number | string
  float4: number
  float8: number
  bool: boolean
  text: string
  bytea: Uint8Array
  timestamptz: Date
}

/** A list with the PostgreSQL type of its elements: `listOf('int4', ids)`. */
export function listOf<Type extends keyof ElementTypes, Value extends ElementTypes[Type] | null>(
  type: Type,
  values: List<Value>,
): RawBuilder<readonly Value[]> {
  return sql<readonly Value[]>`${values}::${sql.raw(type)}[]`
}

/**
 * Makes lists of the values of rows, for `unnest`:
 *
 * ```ts
 * const list = listsFrom(runs)
 * unnest('n', { seed: list('int4', (run) => run.seed), device: list('text', (run) => run.device) })
 * ```
 */
export function listsFrom<Row>(rows: readonly Row[]) {
  return <Type extends keyof ElementTypes, Value extends ElementTypes[Type] | null>(
    type: Type,
    read: (row: Row) => Value,
  ): RawBuilder<readonly Value[]> => listOf(type, rows.map(read))
}

/**
 * A table made of lists of equal length, for joins with many keys at once. `position` counts its rows from 1.
 *
 * ```ts
 * db.selectFrom(unnest('k', { id: listOf('int4', ids), text: listOf('text', texts) })).select(['k.id', 'k.position'])
 * // select "k"."id", "k"."position"
 * // from unnest($1::int4[], $2::text[]) with ordinality as k("id", "text", "position")
 * ```
 */
export function unnest<Alias extends string, Columns extends Record<string, unknown>>(
  alias: Alias,
  lists: { readonly [Name in keyof Columns]: RawBuilder<readonly Columns[Name][]> },
) {
  const names = [...Object.keys(lists), 'position'].map((name) => sql.id(name))
  const table = sql<Columns & { position: string }>`unnest(${sql.join(Object.values(lists))}) with ordinality`
  return table.as<Alias>(sql`${sql.id(alias)}(${sql.join(names)})`)
}

/** The values of a list column of an enum. Without this cast node-postgres reads the raw text, such as `{OUTPUTS}`. */
export function enumValues<Value extends string>(column: Expression<RawEnumList<Value>>): RawBuilder<Value[]> {
  return sql<Value[]>`${column}::text[]`
}
