import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { toCopyInStatement } from '../../db/backup/backup-tables.js'
import { copyIn } from '../../db/backup/copy-in.js'
import { addTasks, type BackupTask, clearQueue } from '../../db/backup/queue-backup.js'
import {
  createSchema,
  dropSchema,
  findOwnContent,
  finishTables,
  prepareTables,
  returnRunningWork,
} from '../../db/backup/restore-schema.js'
import { listSchemaObjects } from '../../db/backup/schema-objects.js'
import type { Database } from '../../db/connection/client.js'
import {
  checksumOf,
  findMigrationGap,
  lockMigrations,
  type Migration,
  migrateQueue,
  readMigrations,
} from '../../db/connection/migrate.js'
import { countOtherConnections } from '../../db/operation/other-connections.js'
import { type BackupManifest, type BackupTotals, FORMAT_VERSION, readBackupFile } from './backup-file.js'

/** A backup that was read from its first to its last byte. */
export interface CheckedBackup {
  readonly file: string
  readonly manifest: BackupManifest
  readonly totals: BackupTotals
  /** The migrations of the backup, and those that this version adds to them. */
  readonly own: readonly Migration[]
  readonly later: readonly Migration[]
}

export interface RestoreOptions {
  /** Whether what the database has is deleted first. */
  readonly replaces?: boolean
  readonly signal?: AbortSignal
  onProgress?(rows: number): void
}

/** Reads a whole backup. Throws an error of one line if it is damaged, or if a newer version made it. */
export async function checkBackup(file: string): Promise<CheckedBackup> {
  const migrations = readMigrations()
  let manifest: BackupManifest | undefined
  const totals = await readBackupFile(file, (found) => {
    manifest = found
    requireKnown(file, found, migrations)
  })
  const names = new Set(manifest!.migrations.map(({ name }) => name))
  return {
    file,
    manifest: manifest!,
    totals,
    own: migrations.filter(({ name }) => names.has(name)),
    later: migrations.filter(({ name }) => !names.has(name)),
  }
}

/**
 * Makes the database equal to a backup, in one transaction: if it fails or is killed, nothing has changed. A backup of
 * an older version gets the later migrations after its rows are stored. Trainings and fits that a worker had return to
 * the queue. Throws an error of one line if the database has content and `replaces` is not set, or while servers,
 * workers or commands use it.
 */
export async function restoreDatabase(
  database: Database,
  backup: CheckedBackup,
  options: RestoreOptions,
): Promise<void> {
  const { pool, url } = database
  const client = await pool.connect()
  try {
    await requireRestorable(client, options)
    await migrateQueue(url)
    await client.query('BEGIN')
    await lockMigrations(client)
    await client.query("SET LOCAL actbench.quiet = 'on'; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'")
    await dropSchema(client, listSchemaObjects([...backup.own, ...backup.later]))
    await createSchema(client, backup.own)
    await loadRows(client, backup, options)
    await createSchema(client, backup.later)
    await returnRunningWork(client)
    await requireUnused(client)
    options.signal?.throwIfAborted()
    await client.query('COMMIT')
    await client.query('ANALYZE')
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}

function requireKnown(file: string, manifest: BackupManifest, migrations: readonly Migration[]): void {
  const { formatVersion, version } = manifest
  const checksums = new Map(migrations.map((migration) => [migration.name, checksumOf(migration)]))
  const unknown = manifest.migrations.find(({ name }) => !checksums.has(name))
  if (formatVersion > FORMAT_VERSION || unknown) {
    throw new Error(
      `${file}: version ${version} of actbench made it, which is newer than this one: install that version`,
    )
  }
  const changed = manifest.migrations.find(({ name, checksum }) => checksums.get(name) !== checksum)
  if (changed) throw new Error(`${file}: the migration ${changed.name} differs from the one of this version`)
}

async function requireRestorable(client: pg.PoolClient, { replaces }: RestoreOptions): Promise<void> {
  await requireUnused(client)
  const { isEmpty, missing, unknown } = await findMigrationGap(client)
  if (unknown !== null) throw new Error(`the database belongs to a newer version, which added the migration ${unknown}`)
  if (isEmpty || replaces) return
  if (missing !== null) throw new Error('the database belongs to an older version; --replace deletes what it has')
  const content = await findOwnContent(client)
  if (content.length > 0) throw new Error(`the database has ${content.join(', ')}; --replace deletes all of it`)
}

/** PostgreSQL counts a connection for a moment after its process has ended. */
const CONNECTION_CHECKS = 20
const CONNECTION_CHECK_MILLISECONDS = 100

async function requireUnused(client: pg.PoolClient): Promise<void> {
  let others = await countOtherConnections(client)
  for (let i = 1; others > 0 && i < CONNECTION_CHECKS; i++) {
    await sleep(CONNECTION_CHECK_MILLISECONDS)
    others = await countOtherConnections(client)
  }
  if (others === 0) return
  throw new Error(
    `servers, workers or commands use the database (${others} connections): stop them first, and repeat the command`,
  )
}

async function loadRows(client: pg.PoolClient, backup: CheckedBackup, options: RestoreOptions): Promise<void> {
  const { file, manifest, totals } = backup
  const statements = new Map(manifest.tables.map((table) => [table.name, toCopyInStatement(table)]))
  let rows = 0
  await prepareTables(client, manifest.tables)
  await clearQueue(client)
  await readBackupFile(
    file,
    () => {},
    async (part) => {
      options.signal?.throwIfAborted()
      if (part.kind === 'TASKS') return addTasks(client, readTasks(part.bytes))
      rows += await copyIn(client, statements.get(part.table)!, [part.bytes])
      options.onProgress?.(rows)
    },
  )
  await finishTables(client, manifest.tables, totals.sequences)
}

/** COPY writes a backslash twice. JSON has no other characters that COPY escapes. */
function readTasks(bytes: Buffer): BackupTask[] {
  const lines = bytes.toString().split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line.replaceAll('\\\\', '\\')) as BackupTask)
}
