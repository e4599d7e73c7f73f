import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import process from 'node:process'
import { findFreePort } from './free-port.js'
import { initialiseCluster } from './initialise-cluster.js'
import { commandAs, findPostgresAccount, type PostgresAccount } from './postgres-account.js'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js'
import { openAppendedLog, readLastLine } from './postgres-log.js'
import { endForeignPostmaster, readPostmaster } from './postmaster-file.js'

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  readonly url: string
  readonly port: number
  /** Resolves with the last line of its log when the process has ended for any reason. */
  readonly exited: Promise<string>
  /** Shuts it down fast: connections are closed, and everything committed is on disk. */
  close(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** Preferred port; another one is used if it is taken. @defaultValue any free port */
  readonly port?: number
  /** False gives up durability for speed; only for tests. @defaultValue true */
  readonly isDurable?: boolean
  /** False if the caller creates the database itself. Then the driver of PostgreSQL is not loaded. @defaultValue true */
  readonly createsDatabase?: boolean
}

/**
 * Starts the PostgreSQL with its data in `<folder>/postgres`, which the first start creates. It listens on 127.0.0.1 with
 * a random password from `<folder>/postgres-password`. It has its own process group, so that a terminal's Ctrl-C does not
 * reach it, and it ends when this process ends, even by kill -9. The caller holds the lock of the folder, so a PostgreSQL
 * that is left over from a killed process is shut down first. Throws an error of one line if it cannot start.
 */
export async function openEmbeddedPostgres(
  folder: string,
  options: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  const home = resolve(folder)
  const binaries = findPostgresBinaries()
  const account = findPostgresAccount()
  prepareFolder(home, account)
  const password = readPassword(home)
  const data = join(home, 'postgres')
  await endForeignPostmaster(data)
  await initialiseCluster({ home, data, binaries, account, password, isDurable: options.isDurable ?? true })
  let port = await findFreePort(options.port)
  for (let attempt = 1; ; attempt++) {
    try {
      const server = await startServer({ home, data, binaries, account, port, isDurable: options.isDurable ?? true })
      if (options.createsDatabase ?? true) await createDatabase(server, urlOf(port, password, 'postgres'))
      return { ...server, url: urlOf(port, password, DATABASE), port }
    } catch (error) {
      // Another program may have taken the port in between.
      if (attempt === 3 || !/could not create any TCP\/IP sockets|Address already in use/.test(String(error)))
        throw error
      port = await findFreePort()
    }
  }
}

/** The address of the PostgreSQL that runs on this folder, or null. Commands find the database of a running `start` so. */
export function findEmbeddedPostgres(folder: string): string | null {
  const home = resolve(folder)
  const passwordFile = join(home, 'postgres-password')
  const postmaster = readPostmaster(join(home, 'postgres'))
  if (!postmaster?.isReady || !postmaster.isAlive || !existsSync(passwordFile)) return null
  return urlOf(postmaster.port, readFileSync(passwordFile, 'utf8'), DATABASE)
}

const DATABASE = 'actbench'
const START_SECONDS = 60
const STOP_SECONDS = 30

async function createDatabase(server: Pick<EmbeddedPostgres, 'close'>, serverUrl: string): Promise<void> {
  const { ensureDatabase } = await import('../db/connection/ensure-database.js')
  try {
    await ensureDatabase(serverUrl, DATABASE)
  } catch (error) {
    await server.close()
    throw error
  }
}

interface ServerOptions {
  readonly home: string
  readonly data: string
  readonly binaries: PostgresBinaries
  readonly account: PostgresAccount | null
  readonly port: number
  readonly isDurable: boolean
}

function prepareFolder(home: string, account: PostgresAccount | null): void {
  try {
    // The account of PostgreSQL must be able to pass through the folder. Secret files have their own mode.
    mkdirSync(home, { recursive: true, mode: account ? 0o711 : 0o700 })
    const probe = join(home, `.probe-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new Error(`the data folder ${home} cannot be written to (${(error as NodeJS.ErrnoException).code})`)
  }
}

function readPassword(home: string): string {
  const file = join(home, 'postgres-password')
  if (existsSync(file)) return readFileSync(file, 'utf8')
  const password = randomBytes(24).toString('base64url')
  writeFileSync(file, password, { mode: 0o600 })
  return password
}

function urlOf(port: number, password: string, database: string): string {
  return `postgresql://actbench:${password}@127.0.0.1:${port}/${database}`
}

/**
 * A shell script that runs the server, waits for the end of its own input, and then shuts the server down fast. The process
 * that started it holds the other end of the input, which closes when that process ends for any reason.
 */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r line <&3; kill -INT $server; } 2>/dev/null &
watcher=$!
exec 3<&-
trap '' INT HUP
wait $server
status=$?
kill $watcher 2>/dev/null
exit $status`

async function startServer(options: ServerOptions): Promise<Pick<EmbeddedPostgres, 'exited' | 'close'>> {
  const { home, data, binaries, account } = options
  const args = ['-c', GUARD, 'postgres-guard', binaries.postgres, '-D', data, ...settingsOf(options)]
  const command = commandAs(account, [data, dirname(binaries.postgres)], '/bin/sh', args)
  const log = openAppendedLog(home)
  const guard = spawn(command.command, command.args, {
    cwd: '/',
    detached: true,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['pipe', 'ignore', log.descriptor],
    ...(command.account ?? {}),
  })
  log.close()
  guard.stdin?.on('error', () => {})
  const exited = new Promise<string>((done) => {
    guard.once('error', (error) => done(error.message))
    guard.once('exit', () => done(readLastLine(home)))
  })
  await waitUntilReady(data, exited)
  return {
    exited,
    async close() {
      guard.stdin?.end()
      const timer = setTimeout(() => signalPostmaster(data, 'SIGQUIT'), STOP_SECONDS * 1000)
      await exited
      clearTimeout(timer)
    },
  }
}

function settingsOf({ port, isDurable }: ServerOptions): string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // The callers report failed statements; the log is only for events of the server.
    log_min_error_statement: 'fatal',
    ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function waitUntilReady(data: string, exited: Promise<string>): Promise<void> {
  let ended: string | null = null
  exited.then((line) => {
    ended = line
  })
  const deadline = performance.now() + START_SECONDS * 1000
  while (!readPostmaster(data)?.isReady) {
    if (ended !== null) throw new Error(`PostgreSQL did not start: ${ended}`)
    if (performance.now() > deadline) {
      signalPostmaster(data, 'SIGQUIT')
      throw new Error(`PostgreSQL was not ready after ${START_SECONDS} s`)
    }
    await new Promise((done) => setTimeout(done, 10))
  }
}

function signalPostmaster(data: string, signal: NodeJS.Signals): void {
  const postmaster = readPostmaster(data)
  if (postmaster?.isAlive) process.kill(postmaster.pid, signal)
}
