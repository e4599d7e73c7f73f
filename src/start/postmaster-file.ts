import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/** The content of postmaster.pid, and whether its process is alive. */
export interface Postmaster {
  readonly pid: number
  readonly folder: string
  readonly port: number
  readonly isReady: boolean
  readonly isAlive: boolean
}

/** Reads `<data>/postmaster.pid`; null if it is missing or incomplete. */
export function readPostmaster(data: string): Postmaster | null {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Math.abs(Number(lines[0]))
    const folder = lines[1] ?? ''
    if (!Number.isInteger(pid) || pid === 0) return null
    return {
      pid,
      folder,
      port: Number(lines[3]),
      // A standby answers queries, too.
      isReady: /^(ready|standby)/.test(lines[7] ?? ''),
      isAlive: isPostgres(pid),
    }
  } catch {
    return null
  }
}

/**
 * Shuts down a PostgreSQL that outlived the process that started it, and removes its postmaster.pid. A number in that file
 * that now belongs to another program, or that came with a copy of the folder, would keep PostgreSQL from starting. The
 * caller holds the folder's lock.
 */
export async function endForeignPostmaster(data: string): Promise<void> {
  const postmaster = readPostmaster(data)
  if (postmaster?.isAlive && postmaster.folder === data) {
    process.kill(postmaster.pid, 'SIGINT')
    const deadline = performance.now() + 30_000
    while (isPostgres(postmaster.pid)) {
      if (performance.now() > deadline) {
        throw new Error(`a PostgreSQL left over on ${data} (process ${postmaster.pid}) does not end`)
      }
      await new Promise((done) => setTimeout(done, 20))
    }
  }
  rmSync(join(data, 'postmaster.pid'), { force: true })
}

function isPostgres(pid: number): boolean {
  try {
    const status = `/proc/${pid}/stat`
    if (existsSync('/proc/self/stat')) {
      // The file has "pid (name) state ...". A zombie has ended already.
      const [, name, state] = /^\d+ \((.*)\) (\S)/.exec(readFileSync(status, 'utf8')) ?? []
      return name === 'postgres' && state !== 'Z'
    }
    return /postgres/.test(execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8', stdio: 'pipe' }))
  } catch {
    return false
  }
}
