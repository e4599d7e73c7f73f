import { type Compilable, type CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Tables } from '../tables/generated.js'
import { toNamedText } from './compile-once.js'

/** The values, each replaced by a parameter. A list or a date is one value; null and undefined are not replaced. */
export type Parameters<Values> = Values extends boolean
  ? RawBuilder<boolean>
  : Values extends string | number | Date | readonly unknown[]
    ? RawBuilder<Values>
    : Values extends object
      ? { readonly [Name in keyof Values]: Parameters<Values[Name]> }
      : Values

/** The values that these parameters stand for. */
export type ValuesOf<Given> =
  Given extends RawBuilder<infer Value>
    ? Value
    : Given extends object
      ? { readonly [Name in keyof Given]: ValuesOf<Given[Name]> }
      : Given

/** Runs a statement with values and with options that change its text. */
export type ShapedStatement<Values, Options, Row> = (
  db: Kysely<Tables>,
  values: Values,
  options: Options,
) => Promise<Row[]>

/** Maximum number of cached texts of one statement. Clients choose the shapes, so the cache needs a limit. */
const MAX_TEXTS = 500

/** Maximum number of texts of one statement that connections prepare: PostgreSQL keeps a plan for each, and never forgets it. */
const MAX_PREPARED = 20

/**
 * Returns a statement whose text depends on which of its values are given, and on its options. Each text is compiled on
 * its first run and remembered, because compiling a statement with several subqueries takes longer than running it.
 * `build` sees which values are given, but never the values themselves.
 *
 * @param toKey gives different texts for options that lead to different statements
 * @param prepared the beginning of the names under which each connection prepares the first texts, so that PostgreSQL parses and
 * plans them once. Only for statements whose best plan does not depend on their values
 */
export function compileByShape<Given extends object, Options, Row>(
  build: (db: Kysely<Tables>, values: Given, options: Options) => Compilable<Row>,
  toKey: (options: Options) => string = JSON.stringify,
  prepared?: string,
): ShapedStatement<ValuesOf<Given>, Options, Row> {
  const texts = new LRUCache<string, CompiledQuery<Row>>({ max: MAX_TEXTS })
  let names = 0
  return async (db, values, options) => {
    const leaves: unknown[] = []
    const key = `${toKey(options)} ${describe(values, leaves)}`
    let compiled = texts.get(key)
    if (!compiled) {
      compiled = build(db, toParameters(values, { next: 0 }) as Given, options).compile()
      if (prepared !== undefined && names < MAX_PREPARED) {
        compiled = { ...compiled, sql: toNamedText(`${prepared}-${names++}`, compiled.sql) }
      }
      texts.set(key, compiled)
    }
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Placeholder ? leaves[parameter.index] : parameter,
    )
    const { rows } = await db.executeQuery<Row>({
      query: compiled.query,
      queryId: compiled.queryId,
      sql: compiled.sql,
      parameters,
    })
    return rows
  }
}

/** The value at this index in the order of `describe`. */
class Placeholder {
  constructor(readonly index: number) {}
}

/** A text that is equal for values of the same shape; appends the values themselves to `leaves`. */
function describe(value: unknown, leaves: unknown[]): string {
  if (value === null || value === undefined) return '-'
  if (isLeaf(value)) {
    leaves.push(value)
    return '?'
  }
  let text = '{'
  for (const name in value) text += `${name}:${describe(value[name as keyof typeof value], leaves)},`
  return `${text}}`
}

/** Replaces the values in the order of `describe`. */
function toParameters(value: unknown, counter: { next: number }): unknown {
  if (value === null || value === undefined) return value
  if (isLeaf(value)) return sql.val(new Placeholder(counter.next++))
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toParameters(inner, counter)]))
}

function isLeaf(value: NonNullable<unknown>): boolean {
  return typeof value !== 'object' || Array.isArray(value) || value instanceof Date
}
