import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

/** The file would need more room than all files together may have. */
export class RoomError extends Error {}

/** Whether a disk is full or cannot be written. */
export function isNoRoom(error: unknown): boolean {
  return NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '')
}

const NO_ROOM: ReadonlySet<string> = new Set([
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EFBIG', 'ENOENT', 'ENOTDIR', 'EEXIST', 'EIO', 'EMFILE'],
])

/** Makes the folder, deletes what processes that were killed left in it, and returns its path. */
export async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await clearFolder(path)
  return path
}

const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
/** A part of another host that did not grow for this time was left by a process that is gone. */
const ABANDONED_MILLISECONDS = 3_600_000
/** A file that nobody read for this time is deleted, also if there is room. */
const UNREAD_MILLISECONDS = 7 * 86_400_000

/** A name for a file that is being written. It names the process, so that others know whether it still writes. */
export function namePart(): string {
  return `${HOST}-${process.pid}-${randomBytes(6).toString('hex')}.part`
}

/** Deletes parts of processes that are gone, and files that nobody reads. */
export async function clearFolder(folder: string): Promise<void> {
  for (const { path, name, mtimeMs } of await listFiles(folder)) {
    const age = Date.now() - mtimeMs
    if (name.endsWith('.part') ? isAbandoned(name, age) : age > UNREAD_MILLISECONDS) await remove(path)
  }
}

/**
 * Deletes the files that were not read for the longest time, until all files and parts have at most this number of bytes.
 * Throws RoomError if only parts are left that have more.
 */
export async function makeRoom(folder: string, mostBytes: number): Promise<void> {
  const files = await listFiles(folder)
  let total = files.reduce((sum, { size }) => sum + size, 0)
  if (total <= mostBytes) return
  await clearFolder(folder)
  const complete = files.filter(({ name }) => name.endsWith('.export'))
  for (const { path, size } of complete.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= mostBytes) return
    total -= size
    await remove(path)
  }
  if (total > mostBytes) throw new RoomError()
}

/** Notes that a file is read now. */
export async function touch(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch(() => {})
}

interface ListedFile {
  readonly path: string
  readonly name: string
  readonly size: number
  readonly mtimeMs: number
}

async function listFiles(folder: string): Promise<ListedFile[]> {
  const names = await readdir(folder).catch(() => [])
  const found = await Promise.all(
    names
      .filter((name) => /\.(export|part)$/.test(name))
      .map(async (name) => {
        const path = join(folder, name)
        const found = await stat(path).catch(() => null)
        return found && { path, name, size: found.size, mtimeMs: found.mtimeMs }
      }),
  )
  return found.filter((each) => each !== null)
}

function isAbandoned(name: string, age: number): boolean {
  const [host, id] = name.split('-')
  return age > ABANDONED_MILLISECONDS || (host === HOST && !isRunning(Number(id)))
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {})
}
