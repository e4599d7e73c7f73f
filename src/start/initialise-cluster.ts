import { execFile } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { commandAs, type PostgresAccount } from './postgres-account.js'
import type { PostgresBinaries } from './postgres-binaries.js'

/** Options for the files of a new PostgreSQL. */
export interface ClusterOptions {
  /** The data folder of this installation. */
  readonly home: string
  /** The folder of PostgreSQL in it, which need not exist. */
  readonly data: string
  readonly binaries: PostgresBinaries
  readonly account: PostgresAccount | null
  readonly password: string
  readonly isDurable: boolean
}

/**
 * Creates the files of PostgreSQL unless they exist. They get their name only when they are complete, so the next start
 * deletes the remains of an interrupted first start. Collation and character set are PostgreSQL's own and not those of the
 * machine, so the folder can be copied to another machine.
 */
export async function initialiseCluster(options: ClusterOptions): Promise<void> {
  const { home, data, binaries, account, isDurable } = options
  if (existsSync(join(data, 'PG_VERSION'))) return takeOver(data, account)
  const draft = `${data}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  const passwordFile = join(home, `password-${process.pid}`)
  writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 })
  if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid)
  try {
    const args = [...INITDB_ARGUMENTS, `--pgdata=${draft}`, `--pwfile=${passwordFile}`, isDurable ? '' : '--no-sync']
    const folders = [draft, dirname(binaries.initdb)]
    const command = commandAs(account, folders, binaries.initdb, args.filter(Boolean))
    await promisify(execFile)(command.command, command.args, {
      cwd: '/',
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      ...(command.account ?? {}),
    })
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    const reason = stderr?.split('\n').find((line) => /error|fatal/i.test(line)) ?? message.split('\n')[0]
    throw new Error(`the database could not be made in ${data}: ${reason}`)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, data)
}

/** Restores owner and modes, which PostgreSQL checks and which a copy of the folder may have lost. */
function takeOver(data: string, account: PostgresAccount | null): void {
  const { uid, mode } = statSync(data)
  if ((mode & 0o077) !== 0) chmodSync(data, 0o700)
  if (!account || uid === account.uid) return
  for (const name of ['.', ...(readdirSync(data, { recursive: true }) as string[])]) {
    lchownSync(join(data, name), account.uid, account.gid)
  }
}

const INITDB_ARGUMENTS = [
  '--username=actbench',
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
]
