import type pg from 'pg'
import { applyWithin, type Migration } from '../connection/migrate.js'
import type { BackupTable, SequenceState } from './backup-tables.js'
import type { SchemaObjects } from './schema-objects.js'

/** Drops all tables, views, types and functions of actbench. Fails if an object of somebody else depends on them. */
export async function dropSchema(client: pg.ClientBase, objects: SchemaObjects): Promise<void> {
  const found = async (query: string, names: ReadonlySet<string>) => {
    const { rows } = await client.query<{ name: string }>(query, [[...names]])
    return rows.map(({ name }) => name)
  }
  const inSchema = 'current_schema()::regnamespace'
  const relations = (kind: string) =>
    `SELECT quote_ident(relname) AS name FROM pg_class WHERE relnamespace = ${inSchema} AND relkind = '${kind}' AND relname = ANY ($1)`
  const views = await found(relations('v'), objects.views)
  if (views.length > 0) await client.query(`DROP VIEW ${views.join(', ')}`)
  const tables = await found(relations('r'), new Set([...objects.tables, '_prisma_migrations']))
  if (tables.length > 0) await client.query(`DROP TABLE ${tables.join(', ')}`)
  const functions = await found(
    `SELECT oid::regprocedure::text AS name FROM pg_proc WHERE pronamespace = ${inSchema} AND proname = ANY ($1)`,
    objects.functions,
  )
  if (functions.length > 0) await client.query(`DROP FUNCTION ${functions.join(', ')}`)
  const types = await found(
    `SELECT quote_ident(typname) AS name FROM pg_type WHERE typnamespace = ${inSchema} AND typname = ANY ($1)`,
    objects.types,
  )
  if (types.length > 0) await client.query(`DROP TYPE ${types.join(', ')}`)
}

/** Applies migrations in the caller's transaction. */
export async function createSchema(client: pg.ClientBase, migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) await applyWithin(client, migration)
}

/** Empties the tables, because migrations may have stored rows. No trigger changes the rows that are copied next. */
export async function prepareTables(client: pg.ClientBase, tables: readonly BackupTable[]): Promise<void> {
  const names = tables.map(({ name }) => `"${name}"`)
  await client.query(`TRUNCATE ${names.join(', ')} CASCADE`)
  for (const name of names) await client.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`)
  // A table with checks that wait for the end of the transaction cannot be altered when the rows are there.
  await client.query('SET CONSTRAINTS ALL IMMEDIATE')
}

/** Enables triggers again and sets the sequences. */
export async function finishTables(
  client: pg.ClientBase,
  tables: readonly BackupTable[],
  sequences: readonly SequenceState[],
): Promise<void> {
  for (const { name } of tables) await client.query(`ALTER TABLE "${name}" ENABLE TRIGGER USER`)
  for (const { name, value, isCalled } of sequences) {
    await client.query('SELECT setval(quote_ident($1)::regclass, $2, $3)', [name, value, isCalled])
  }
}

/** Puts trainings and fits that a worker had back to their start. The worker of the backup does not exist here. */
export async function returnRunningWork(client: pg.ClientBase): Promise<void> {
  await client.query(
    `UPDATE training_jobs SET state = 'QUEUED', fence = fence + 1, worker_id = NULL WHERE state = 'RUNNING'`,
  )
  await client.query(`UPDATE surrogates SET state = 'QUEUED', fence = fence + 1, progress = 0 WHERE state = 'FITTING'`)
}

/** What the database has besides the data that ship with the product and a key that nobody has used. */
export async function findOwnContent(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ what: string; count: number }>(
    `SELECT what, count FROM (VALUES
       ('datasets', (SELECT count(*)::int FROM datasets WHERE origin <> 'TRAINED')),
       ('training jobs', (SELECT count(*)::int FROM training_jobs)),
       ('search spaces', (SELECT count(*)::int FROM space_additions)),
       ('searches', (SELECT count(*)::int FROM searches)),
       ('snapshots', (SELECT count(*)::int FROM snapshots WHERE NOT is_shipped)),
       ('keys', (SELECT count(*)::int FROM api_keys
         WHERE last_used_at IS NOT NULL OR name NOT IN ('admin', 'ACTBENCH_ADMIN_KEY')))) AS t (what, count)
     WHERE count > 0`,
  )
  return rows.map(({ what, count }) => `${count} ${what}`)
}
