import type pg from 'pg'
import type { SchemaObjects } from './schema-objects.js'

/** A table of a backup. */
export interface BackupTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** A migration that the database has, as its table of migrations records it. */
export interface AppliedMigration {
  readonly name: string
  readonly checksum: string
}

/** Where a sequence is. Ids of deleted rows are not used again. */
export interface SequenceState {
  readonly name: string
  readonly value: string
  readonly isCalled: boolean
}

/** Workers and budgets describe processes and clients of this moment. Counts are kept again from the rows. */
const LEFT_OUT = [
  'workers',
  'budgets',
  'kept_datasets',
  'kept_metrics',
  'metric_steps',
  'evaluation_changes',
  'dataset_columns',
]

/** The tables to back up, each after those that its foreign keys refer to. */
export async function listBackupTables(client: pg.ClientBase, objects: SchemaObjects): Promise<BackupTable[]> {
  const names = [...objects.tables].filter((name) => !LEFT_OUT.includes(name))
  const tables = await client.query<BackupTable>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY ($1)
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY c.relname`,
    [names],
  )
  const references = await client.query<{ from: string; to: string }>(
    `SELECT DISTINCT conrelid::regclass::text AS from, confrelid::regclass::text AS to
     FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conrelid <> confrelid`,
  )
  return orderByReferences(tables.rows, references.rows)
}

/** The statement that copies a table out. Columns that refer to a table that is left out become null. */
export async function findCopyStatement(client: pg.ClientBase, { name, columns }: BackupTable): Promise<string> {
  const { rows } = await client.query<{ column: string }>(
    `SELECT a.attname::text AS column FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
     WHERE c.contype = 'f' AND c.conrelid = $1::regclass AND c.confrelid::regclass::text = ANY ($2)`,
    [name, LEFT_OUT],
  )
  const dangling = new Set(rows.map(({ column }) => column))
  const selected = columns.map((column) => (dangling.has(column) ? 'NULL' : `"${column}"`))
  return `COPY (SELECT ${selected.join(', ')} FROM "${name}") TO STDOUT`
}

/** The statement that copies the same rows in. */
export function toCopyInStatement({ name, columns }: BackupTable): string {
  return `COPY "${name}" (${columns.map((column) => `"${column}"`).join(', ')}) FROM STDIN`
}

/** The migrations of the database, in the order in which they were applied. */
export async function listAppliedMigrations(client: pg.ClientBase): Promise<AppliedMigration[]> {
  const { rows } = await client.query<AppliedMigration>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  )
  return rows
}

/** The sequences of these tables. They are not part of a snapshot, so read them after the rows. */
export async function listSequences(client: pg.ClientBase, tables: readonly BackupTable[]): Promise<SequenceState[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT s.relname AS name FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
     WHERE s.relkind = 'S' AND d.refobjid IN (SELECT t::regclass FROM unnest($1::text[]) t) ORDER BY s.relname`,
    [tables.map(({ name }) => name)],
  )
  const states: SequenceState[] = []
  for (const { name } of rows) {
    const state = await client.query<{ value: string; is_called: boolean }>(
      `SELECT last_value::text AS value, is_called FROM "${name}"`,
    )
    states.push({ name, value: state.rows[0].value, isCalled: state.rows[0].is_called })
  }
  return states
}

function orderByReferences(
  tables: readonly BackupTable[],
  references: readonly { readonly from: string; readonly to: string }[],
): BackupTable[] {
  const ordered: BackupTable[] = []
  const visit = (table: BackupTable) => {
    if (ordered.includes(table)) return
    const wanted = references.filter(({ from }) => from === table.name).map(({ to }) => to)
    for (const other of tables) if (wanted.includes(other.name)) visit(other)
    ordered.push(table)
  }
  for (const table of tables) visit(table)
  return ordered
}
