import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import process from 'node:process'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { AppliedMigration, BackupTable, SequenceState } from '../../db/backup/backup-tables.js'
import { CUT, formatTarEntry, readTar, TAR_END, type TarEntry } from './tar.js'

/** The first entry of a backup. */
export interface BackupManifest {
  readonly format: typeof FORMAT
  readonly formatVersion: number
  /** Of actbench. */
  readonly version: string
  readonly createdAt: string
  /** Of PostgreSQL. */
  readonly postgres: string
  readonly migrations: readonly AppliedMigration[]
  readonly tables: readonly BackupTable[]
}

/** The last entry of a backup. A file without it is incomplete. */
export interface BackupTotals {
  /** Number of rows of each table. */
  readonly rows: Readonly<Record<string, number>>
  /** Number of tasks of the queue. */
  readonly tasks: number
  readonly sequences: readonly SequenceState[]
  /** SHA-256 of the names and contents of all entries before this one. */
  readonly sha256: string
}

/** An entry between the first and the last one. */
export type BackupPart =
  | { readonly kind: 'ROWS'; readonly table: string; readonly bytes: Buffer }
  | { readonly kind: 'TASKS'; readonly bytes: Buffer }

const FORMAT = 'actbench-backup'
export const FORMAT_VERSION = 1
const MANIFEST = 'manifest.json'
const TOTALS = 'totals.json'

/** Makes the manifest of a new backup. */
export function createManifest(content: Omit<BackupManifest, 'format' | 'formatVersion'>): BackupManifest {
  return { format: FORMAT, formatVersion: FORMAT_VERSION, ...content }
}

/**
 * Writes a backup: a tar archive, compressed with gzip. The file gets its name only when it is complete and on disk, and
 * only its owner can read it, because it has the hashes of keys. Returns its size and its checksum.
 */
export async function writeBackupFile(
  path: string,
  manifest: BackupManifest,
  parts: AsyncIterable<BackupPart>,
  getTotals: () => Omit<BackupTotals, 'sha256'>,
  signal?: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let sha256 = ''
  const add = (entry: TarEntry) => {
    hash.update(`${entry.name}\n`).update(entry.bytes)
    return formatTarEntry(entry)
  }
  async function* write() {
    yield add({ name: MANIFEST, bytes: toJson(manifest) })
    let number = 0
    for await (const part of parts) {
      const folder = part.kind === 'ROWS' ? `tables/${part.table}` : 'queue'
      yield add({ name: `${folder}/${String(number++).padStart(8, '0')}`, bytes: part.bytes })
    }
    sha256 = hash.digest('hex')
    yield formatTarEntry({ name: TOTALS, bytes: toJson({ ...getTotals(), sha256 }) })
    yield TAR_END
  }
  const draft = `${path}.${process.pid}.part`
  try {
    requireFolder(path)
    const file = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true } as object)
    await pipeline(write, createGzip({ level: 5 }), file, { signal })
    renameSync(draft, path)
    return { bytes: statSync(path).size, sha256 }
  } catch (error) {
    rmSync(draft, { force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new Error(`${path}: the disk is full`)
    throw error
  }
}

/**
 * Reads a backup: `onManifest` gets its first entry, `onPart` each further one. Returns the totals. Throws an error of
 * one line if the file is not a complete and unchanged backup; what was read until then may be wrong.
 */
export async function readBackupFile(
  path: string,
  onManifest: (manifest: BackupManifest) => void | Promise<void>,
  onPart: (part: BackupPart) => void | Promise<void> = () => {},
): Promise<BackupTotals> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${path}: expected a backup, got a folder`)
  const hash = createHash('sha256')
  const rows: Record<string, number> = {}
  let manifest: BackupManifest | null = null
  let foreign: unknown = null
  const call = async <Value>(callback: (value: Value) => void | Promise<void>, value: Value) => {
    try {
      await callback(value)
    } catch (error) {
      foreign = error
      throw error
    }
  }
  const input = createReadStream(path)
  const gunzip = createGunzip()
  input.once('error', (error) => gunzip.destroy(error))
  try {
    for await (const { name, bytes } of readTar(input.pipe(gunzip))) {
      if (manifest === null) {
        manifest = parseManifest(name, bytes)
        hash.update(`${name}\n`).update(bytes)
        await call(onManifest, manifest)
      } else if (name === TOTALS) {
        return checkTotals(JSON.parse(bytes.toString()), hash.digest('hex'), rows)
      } else {
        hash.update(`${name}\n`).update(bytes)
        const table = name.startsWith('tables/') ? basename(dirname(name)) : null
        if (table !== null) rows[table] = (rows[table] ?? 0) + countLines(bytes)
        await call(onPart, table === null ? { kind: 'TASKS', bytes } : { kind: 'ROWS', table, bytes })
      }
    }
    throw new Error(CUT)
  } catch (error) {
    if (error === foreign) throw error
    throw describeDamage(path, error as NodeJS.ErrnoException, manifest === null)
  } finally {
    input.destroy()
    gunzip.destroy()
  }
}

function requireFolder(path: string): void {
  const folder = statSync(dirname(path), { throwIfNoEntry: false })
  if (!folder?.isDirectory()) throw new Error(`${path}: the folder ${dirname(path)} does not exist`)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${path}: expected a file, got a folder`)
}

function toJson(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`)
}

function parseManifest(name: string, bytes: Buffer): BackupManifest {
  if (name !== MANIFEST) throw new NoBackup()
  const manifest = JSON.parse(bytes.toString()) as BackupManifest
  if (manifest.format !== FORMAT) throw new NoBackup()
  return manifest
}

/** The file is complete, but it is something else. */
class NoBackup extends Error {}

function checkTotals(totals: BackupTotals, sha256: string, rows: Readonly<Record<string, number>>): BackupTotals {
  if (totals.sha256 !== sha256) throw new Error('the file is damaged: its SHA-256 is wrong')
  for (const [table, count] of Object.entries(totals.rows)) {
    if ((rows[table] ?? 0) !== count)
      throw new Error(`the file is damaged: ${table} has ${rows[table] ?? 0} rows of ${count}`)
  }
  return totals
}

/** In COPY's text format, a line break ends a row; in values it is escaped. */
function countLines(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if (byte === 10) count++
  return count
}

function describeDamage(path: string, error: NodeJS.ErrnoException, isFirst: boolean): Error {
  const { code = '', message } = error
  const isCut = code === 'Z_BUF_ERROR' || (!isFirst && message === CUT)
  if (isCut && statSync(path).size > 0) return new Error(`${path}: the file is incomplete; it ends too early`)
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EIO') return new Error(`${path}: cannot be read (${code})`)
  if (error instanceof NoBackup || isFirst) return new Error(`${path}: expected a file of \`actbench backup\``)
  return new Error(`${path}: ${/^the file is damaged/.test(message) ? message : 'the file is damaged'}`)
}
