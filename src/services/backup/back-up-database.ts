import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BackupTable,
  findCopyStatement,
  listAppliedMigrations,
  listBackupTables,
  listSequences,
  type SequenceState,
} from '../../db/backup/backup-tables.js'
import { copyOut } from '../../db/backup/copy-out.js'
import { COPY_TASKS } from '../../db/backup/queue-backup.js'
import { listSchemaObjects } from '../../db/backup/schema-objects.js'
import type { Database } from '../../db/connection/client.js'
import { readMigrations } from '../../db/connection/migrate.js'
import { PROJECT_ROOT } from '../../root.js'
import { type BackupPart, createManifest, writeBackupFile } from './backup-file.js'

export interface BackupOptions {
  readonly signal?: AbortSignal
  /** Called with the table that is copied and the number of rows so far. */
  onProgress?(table: string, rows: number): void
}

/** What a backup holds. */
export interface BackupSummary {
  readonly file: string
  readonly bytes: number
  readonly rows: number
  readonly tables: number
  readonly tasks: number
  readonly sha256: string
}

/** Longest part of a table in the file. A reader holds one part in memory. */
const PART_BYTES = 1_000_000

/**
 * Writes everything in the database to a file, while servers and workers run: all rows are of the same moment. The
 * database may have fewer migrations than this version, as before an upgrade. If the signal is aborted, or the disk is
 * full, no file appears.
 */
export async function backUpDatabase(
  { pool }: Pick<Database, 'pool'>,
  file: string,
  { signal, onProgress = () => {} }: BackupOptions = {},
): Promise<BackupSummary> {
  const client = await pool.connect()
  const counts: Record<string, number> = {}
  let tasks = 0
  let sequences: SequenceState[] = []
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await client.query(`SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL bytea_output = 'hex';
      SET LOCAL extra_float_digits = 1; SET LOCAL intervalstyle = 'postgres'`)
    const tables = await listBackupTables(client, listSchemaObjects(readMigrations()))
    const { rows: server } = await client.query<{ server_version: string }>('SHOW server_version')
    const manifest = createManifest({
      version: JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')).version,
      createdAt: new Date().toISOString(),
      postgres: server[0].server_version,
      migrations: await listAppliedMigrations(client),
      tables,
    })
    async function* readParts(): AsyncGenerator<BackupPart, void, void> {
      let rows = 0
      for (const table of tables) {
        const copy = copyOut(client, await findCopyStatement(client, table))
        for await (const bytes of joinChunks(copy)) {
          yield { kind: 'ROWS', table: table.name, bytes }
          onProgress(table.name, rows)
        }
        counts[table.name] = copy.rows
        rows += copy.rows
      }
      const queue = copyOut(client, COPY_TASKS)
      for await (const bytes of joinChunks(queue)) yield { kind: 'TASKS', bytes }
      tasks = queue.rows
      sequences = await listSequences(client, tables)
    }
    const getTotals = () => ({ rows: counts, tasks, sequences })
    const { bytes, sha256 } = await writeBackupFile(file, manifest, readParts(), getTotals, signal)
    await client.query('COMMIT')
    client.release()
    return { file, bytes, rows: sumOf(counts, tables), tables: tables.length, tasks, sha256 }
  } catch (error) {
    // A COPY may be in progress.
    client.release(true)
    throw error
  }
}

function sumOf(counts: Readonly<Record<string, number>>, tables: readonly BackupTable[]): number {
  return tables.reduce((sum, { name }) => sum + (counts[name] ?? 0), 0)
}

/** Joins chunks, each of which has whole rows, to parts of about the same length. */
async function* joinChunks(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  let pieces: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    pieces.push(chunk)
    size += chunk.length
    if (size < PART_BYTES) continue
    yield Buffer.concat(pieces)
    pieces = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(pieces)
}
