import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import process from 'node:process'

/** The account under which PostgreSQL runs, because it refuses to run as root. */
export interface PostgresAccount {
  readonly uid: number
  readonly gid: number
}

/** A program with its arguments, and the account that Node must change to; null if it must not change. */
export interface AccountCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly account: PostgresAccount | null
}

/** The account for PostgreSQL: null (our own) unless we are root. Then it is `postgres`, created if it is missing. */
export function findPostgresAccount(): PostgresAccount | null {
  if (process.getuid?.() !== 0) return null
  return readAccount() ?? createAccount()
}

/**
 * Returns the command that runs a program under an account. If the account may not enter a folder on the way (a checkout in
 * /root), setpriv of util-linux gives it the right to do so. Throws an error of one line if setpriv is missing.
 */
export function commandAs(
  account: PostgresAccount | null,
  folders: readonly string[],
  program: string,
  args: readonly string[],
): AccountCommand {
  const closed = account && folders.map((folder) => findClosedFolder(account, folder)).find(Boolean)
  if (!account || !closed) return { command: program, args, account }
  if (!existsSync(SETPRIV)) {
    throw new Error(
      `PostgreSQL does not run as root, and its account 'postgres' may not enter ${closed}: start as an ordinary user or use folders outside of it`,
    )
  }
  const rights = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']
  const identity = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
  return { command: SETPRIV, args: [...identity, ...rights, '--', program, ...args], account: null }
}

const SETPRIV = '/usr/bin/setpriv'

function readAccount(): PostgresAccount | null {
  try {
    const read = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }))
    return { uid: read('-u'), gid: read('-g') }
  } catch {
    return null
  }
}

function createAccount(): PostgresAccount {
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']
  try {
    execFileSync('useradd', args, { stdio: 'pipe' })
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run as root, and an account 'postgres' could not be created (${(error as Error).message.split('\n')[0]}): start as an ordinary user, or set DATABASE_URL`,
    )
  }
  const account = readAccount()
  if (!account) throw new Error("the account 'postgres' was created and cannot be found")
  return account
}

/** The nearest folder on the way to `path` that the account may not enter, or null. */
function findClosedFolder(account: PostgresAccount, path: string): string | null {
  const { uid, gid, mode } = statSync(path)
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0
  if (((mode >> shift) & 1) === 0) return path
  const parent = dirname(path)
  return parent === path ? null : findClosedFolder(account, parent)
}
