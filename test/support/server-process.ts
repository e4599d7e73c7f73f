import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import process from 'node:process'
import { PROJECT_ROOT } from '../../src/root.js'

/** A server of the product as a process of its own. */
export interface ServerProcess {
  readonly address: string
  readonly child: ChildProcess
  /** What it wrote to its standard output and error so far. */
  readonly log: () => string
  /** Resolves with the exit status, or the signal that ended it. */
  readonly exited: Promise<number | string>
}

/** Starts `actbench server` and waits until it listens. Whoever starts it ends it. */
export async function startServerProcess(
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const child = fork(join(PROJECT_ROOT, 'build/src/cli.js'), ['server'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', DATABASE_URL: databaseUrl, ...environment },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (log += text))
  const exited = once(child, 'exit').then(([status, signal]) => status ?? signal)
  const ready = once(child, 'message').then(([message]) => String(message))
  const address = await Promise.race([ready, exited.then(() => null)])
  if (address === null) throw new Error(`the server did not start:\n${log}`)
  return { address, child, log: () => log, exited }
}
