import { createHash } from 'node:crypto'
import { type FileHandle, mkdtemp, open, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Chunk } from '../../services/exports/export-format.js'
import { clearFolder, isNoRoom, makeFolder, makeRoom, namePart, RoomError, touch } from './export-folder.js'

/** The state of an export: the address with its conditions, and the ETag of its bytes. */
export interface ExportState {
  readonly key: string
  readonly etag: string
}

/** An export as a file. It can be read until `handle` is closed, also if the file is deleted meanwhile. */
export interface ExportFile {
  readonly handle: FileHandle
  readonly size: number
  /** 64 hexadecimal digits. */
  readonly sha256: string
}

/** Exports that were written to files, so that clients can read parts of them. */
export interface ExportFiles {
  /** The file of this state; null if it must be written first. */
  find(state: ExportState): Promise<ExportFile | null>
  /** Whether there is a file of this export, in any state. */
  hasAny(key: string): Promise<boolean>
  /** Size and checksum of the file of this state; null if it is not written. */
  look(state: ExportState): Promise<Pick<ExportFile, 'size' | 'sha256'> | null>
  /**
   * Writes the file, and deletes those of earlier states. Null if it does not fit: the export is then read from the
   * database again.
   */
  write(state: ExportState, chunks: AsyncIterable<Chunk>): Promise<ExportFile | null>
  /** Runs `make`, or waits for the call that runs for the same ETag and returns null. */
  makeOnce<Made>(etag: string, make: () => Promise<Made>): Promise<Made | null>
  close(): Promise<void>
}

export interface ExportFilesOptions {
  /** Null: a folder for temporary files that is deleted at the end. */
  readonly folder: string | null
  /** All files together. The one that was not read for the longest time goes first. 0: none are written. */
  readonly mostBytes: number
  /** Told once if the folder cannot be written. */
  onProblem?(message: string): void
}

/** By default, for all files together. */
export const DEFAULT_EXPORT_BYTES = 2 ** 30

/**
 * Opens a store of files, whose folder is made with the first file. Several servers may share a folder. A name has the state,
 * the size and the checksum, so a file is complete as soon as it has its name, and a process that is killed leaves no other.
 */
export function openExportFiles({ folder, mostBytes, onProblem }: ExportFilesOptions): ExportFiles {
  let opened: Promise<string | null> | null = null
  const inProgress = new Map<string, Promise<unknown>>()
  const problem = (error: unknown) => {
    onProblem?.(`exports are not kept as files: ${(error as Error).message}`)
    onProblem = undefined
    return null
  }
  const openFolder = () =>
    (opened ??= (folder === null ? mkdtemp(join(tmpdir(), 'actbench-exports-')) : makeFolder(folder)).catch(
      (error: unknown) => {
        opened = null
        return problem(error)
      },
    ))
  const pathOf = folder === null ? async () => (opened ? opened : null) : async () => folder
  const look = async (state: ExportState) => {
    const path = await pathOf()
    const names = path === null ? [] : await readdir(path).catch(() => [])
    const name = names.find((each) => each.startsWith(`${nameOf(state)}.`))
    const [, , size, sha256] = name?.split('.') ?? []
    return name && path ? { path: join(path, name), size: Number(size), sha256 } : null
  }
  const find = async (state: ExportState): Promise<ExportFile | null> => {
    const found = await look(state)
    const handle = found && (await open(found.path, 'r').catch(() => null))
    if (!found || !handle) return null
    const { path, size, sha256 } = found
    // A machine that lost its power may leave a shorter file.
    if ((await handle.stat()).size !== size) {
      await handle.close()
      await rm(path, { force: true }).catch(() => {})
      return null
    }
    await touch(path)
    return { handle, size, sha256 }
  }
  return {
    find,
    async hasAny(key) {
      const path = await pathOf()
      const names = path === null ? [] : await readdir(path).catch(() => [])
      return names.some((name) => name.startsWith(`${hashOf(key)}.`))
    },
    async look(state) {
      const found = await look(state)
      return found && { size: found.size, sha256: found.sha256 }
    },
    async write(state, chunks) {
      const path = mostBytes > 0 ? await openFolder() : null
      if (path === null) return null
      const part = join(path, namePart())
      try {
        const { size, sha256 } = await writePart(part, chunks, () => makeRoom(path, mostBytes))
        await rename(part, join(path, `${nameOf(state)}.${size}.${sha256}.export`))
        const file = await find(state)
        await deleteEarlier(path, state)
        return file
      } catch (error) {
        if (error instanceof RoomError) return null
        if (isNoRoom(error)) return problem(error)
        throw error
      } finally {
        await rm(part, { force: true }).catch(() => {})
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
      const path = opened && (await opened)
      if (path && folder === null) await rm(path, { recursive: true, force: true })
      else if (path) await clearFolder(path)
    },
  }
}

/** The beginning of the name of a file: which export it is, and in which state. */
function nameOf({ key, etag }: ExportState): string {
  return `${hashOf(key)}.${hashOf(etag)}`
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** Number of bytes after which room is made for more. */
const BYTES_BETWEEN = 2 ** 24

async function writePart(
  path: string,
  chunks: AsyncIterable<Chunk>,
  makeRoomForMore: () => Promise<void>,
): Promise<Pick<ExportFile, 'size' | 'sha256'>> {
  const file = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    let [size, checked] = [0, 0]
    for await (const part of joinChunks(chunks)) {
      hash.update(part)
      await file.writeFile(part)
      size += part.length
      if (size - checked < BYTES_BETWEEN) continue
      checked = size
      await makeRoomForMore()
    }
    await makeRoomForMore()
    await file.sync()
    return { size, sha256: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

const JOINED_BYTES = 2 ** 16

/** Fewer and larger chunks: a text has one a line. */
async function* joinChunks(chunks: AsyncIterable<Chunk>): AsyncGenerator<Buffer, void, void> {
  let parts: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    const part = Buffer.from(chunk as string)
    parts.push(part)
    bytes += part.length
    if (bytes < JOINED_BYTES) continue
    yield Buffer.concat(parts)
    parts = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(parts)
}

/** Deletes the files of other states of the same export: no client can ask for them again. */
async function deleteEarlier(folder: string, state: ExportState): Promise<void> {
  const own = nameOf(state)
  const key = own.slice(0, own.indexOf('.') + 1)
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    if (name.startsWith(key) && !name.startsWith(`${own}.`))
      await rm(join(folder, name), { force: true }).catch(() => {})
  }
}
