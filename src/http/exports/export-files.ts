import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { type FileHandle, mkdtemp, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Chunk } from '../../services/exports/export-format.js'

/** An export as a file. It can be read until `handle` is closed, also if the file is deleted meanwhile. */
export interface ExportFile {
  readonly handle: FileHandle
  readonly size: number
}

/** Exports that were written to files, so that clients can read parts of them. */
export interface ExportFiles {
  /** The file of an export with this ETag; null if it must be written first. */
  find(etag: string): Promise<ExportFile | null>
  /** Writes the file. Null if it does not fit: the export is then read from the database again. */
  write(etag: string, chunks: AsyncIterable<Chunk>): Promise<ExportFile | null>
  /** Runs `make`, or waits for the call that runs for the same ETag and returns null. */
  makeOnce<Made>(etag: string, make: () => Promise<Made>): Promise<Made | null>
  /** Deletes all files. */
  close(): Promise<void>
}

/** All files together. The one that was not read for the longest time goes first. */
const MOST_BYTES = 2 ** 30

/** Opens a store in a folder of its own below the folder for temporary files, which is made with the first file. */
export function openExportFiles(mostBytes = MOST_BYTES, parent = tmpdir()): ExportFiles {
  let folder: Promise<string | null> | null = null
  let written = 0
  const inProgress = new Map<string, Promise<unknown>>()
  const openFolder = () => (folder ??= mkdtemp(join(parent, 'actbench-exports-')).catch(() => null))
  const find = async (etag: string) => {
    const path = folder && (await folder)
    return path ? openFile(join(path, nameOf(etag))) : null
  }
  return {
    find,
    async write(etag, chunks) {
      const path = await openFolder()
      if (path === null) return null
      const part = join(path, `${++written}.part`)
      try {
        if (!(await writeChunks(part, chunks, mostBytes))) return null
        await rename(part, join(path, nameOf(etag)))
        const file = await find(etag)
        await deleteOldest(path, mostBytes)
        return file
      } finally {
        await rm(part, { force: true })
      }
    },
    async makeOnce(etag, make) {
      const running = inProgress.get(etag)
      if (running) {
        await running.catch(() => {})
        return null
      }
      const made = make()
      inProgress.set(etag, made)
      try {
        return await made
      } finally {
        inProgress.delete(etag)
      }
    },
    async close() {
      const path = folder && (await folder)
      if (path) await rm(path, { recursive: true, force: true })
    },
  }
}

function nameOf(etag: string): string {
  return `${createHash('sha256').update(etag).digest('hex')}.export`
}

async function openFile(path: string): Promise<ExportFile | null> {
  const handle = await open(path, 'r').catch(() => null)
  if (!handle) return null
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
  return { handle, size: (await handle.stat()).size }
}

/** Returns false if the chunks are more than `mostBytes`, or if the disk refuses them. */
async function writeChunks(path: string, chunks: AsyncIterable<Chunk>, mostBytes: number): Promise<boolean> {
  let bytes = 0
  const bounded = async function* () {
    for await (const chunk of chunks) {
      bytes += Buffer.byteLength(chunk)
      if (bytes > mostBytes) throw new TooLargeError()
      yield chunk
    }
  }
  try {
    await pipeline(bounded, createWriteStream(path, { mode: 0o600 }))
    return true
  } catch (error) {
    if (error instanceof TooLargeError || NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

class TooLargeError extends Error {}

/** Errors of a disk that is full or cannot be written. */
const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EFBIG', 'ENOENT'])

async function deleteOldest(folder: string, mostBytes: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.export'))
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name)
      const { size, mtimeMs } = await stat(path)
      return { path, size, mtimeMs }
    }),
  )
  let total = files.reduce((sum, { size }) => sum + size, 0)
  for (const { path, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= mostBytes) return
    total -= size
    await rm(path, { force: true })
  }
}
