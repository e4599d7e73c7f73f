import type { Migration } from '../connection/migrate.js'

/** The names of all objects that migrations create. */
export interface SchemaObjects {
  readonly tables: ReadonlySet<string>
  readonly views: ReadonlySet<string>
  readonly types: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
}

/**
 * Lists what these migrations create, from their SQL. Also what a later migration drops is listed. Other objects of the
 * database belong to its owner: a backup leaves them out, and a restore leaves them alone.
 */
export function listSchemaObjects(migrations: readonly Migration[]): SchemaObjects {
  const texts = migrations.map(({ sql }) => sql.replaceAll(/^\s*--.*$/gm, ''))
  const find = (pattern: RegExp) =>
    new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name.replaceAll('"', ''))))
  const renamed = find(/\bALTER\s+TABLE\s+(?:\w+|"\w+")\s+RENAME\s+TO\s+(\w+|"\w+")/gi)
  const created = find(/\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+|"\w+")/gi)
  return {
    tables: new Set([...created, ...renamed]),
    views: find(/\bCREATE\s+(?:OR\s+REPLACE\s+)?VIEW\s+(\w+|"\w+")/gi),
    types: find(/\bCREATE\s+TYPE\s+(\w+|"\w+")/gi),
    functions: find(/\bCREATE\s+(?:OR\s+REPLACE\s+)?FUNCTION\s+(\w+|"\w+")\s*\(/gi),
  }
}
