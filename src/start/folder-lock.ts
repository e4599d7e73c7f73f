import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { identifyProcess } from './process-identity.js'

/**
 * Takes the lock of a data folder, which is created if it is missing, and returns a function that releases it. A lock whose
 * holder has ended, or that came with a copy of the folder, is replaced. Throws an error of one line if another process
 * holds the lock or the folder cannot be written to; `what` names the folder in that error.
 */
export function lockFolder(folder: string, what = 'the data folder'): () => void {
  const lock = join(folder, 'lock')
  const mine = identifyProcess(process.pid) ?? String(process.pid)
  const draft = join(folder, `lock.${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o711 })
    writeFileSync(draft, mine)
  } catch (error) {
    throw new Error(`${what} ${folder} cannot be written to (${(error as NodeJS.ErrnoException).code})`)
  }
  try {
    while (!tryLink(draft, lock)) removeStale(folder, lock, what)
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (existsSync(lock) && readFileSync(lock, 'utf8') === mine) rmSync(lock)
  }
}

/** Creating a link is atomic: only one of two processes gets the lock, with its content. */
function tryLink(draft: string, lock: string): boolean {
  try {
    linkSync(draft, lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function removeStale(folder: string, lock: string, what: string): void {
  const aside = join(folder, `lock.stale.${process.pid}`)
  const holder = readHolder(lock)
  if (holder === null) return
  refuseIfAlive(folder, holder, what)
  try {
    renameSync(lock, aside)
  } catch {
    return
  }
  // In between another process may have replaced the stale lock by its own, which is then restored.
  const moved = readHolder(aside) ?? ''
  if (moved !== holder) tryLink(aside, lock)
  rmSync(aside, { force: true })
  if (moved !== holder) refuseIfAlive(folder, moved, what)
}

function readHolder(lock: string): string | null {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return null
  }
}

function refuseIfAlive(folder: string, holder: string, what: string): void {
  const pid = Number.parseInt(holder, 10)
  if (pid > 0 && identifyProcess(pid) === holder) {
    throw new Error(`${what} ${folder} is in use by another actbench (process ${pid})`)
  }
}
