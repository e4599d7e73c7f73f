import { type ChildProcess, fork } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { Running } from './keep-running.js'

/** A command of the product that runs as a child. */
export interface ChildCommand extends Running {
  /** The message that it sent when it was ready, such as the server's address. */
  readonly message: string
}

/**
 * Starts `actbench <args>` as a child process and waits until it is ready. The child has its own process group, so a
 * terminal's Ctrl-C does not reach it. It ends when this process ends, even by kill -9 (see `serveUntilStopped`). Its
 * output goes to our standard streams. If this process has a debugger port, the child gets the port that is `index` higher.
 * After `stopSeconds` a child that was told to stop is killed. Throws if it ends before it is ready.
 */
export async function startChildCommand(
  args: readonly string[],
  environment: Record<string, string>,
  index: number,
  stopSeconds = STOP_SECONDS,
): Promise<ChildCommand> {
  const child = forkCommand(args, environment, moveDebuggerPort(process.execArgv, process.debugPort + index))
  const exited = new Promise<string>((done) => {
    child.once('error', (error) => done(error.message))
    child.once('exit', (code, signal) => done(signal ?? `exit status ${code}`))
  })
  const ready = new Promise<string>((done) => {
    child.once('message', (message) => done(String(message)))
  })
  const message = await Promise.race([ready, exited.then(() => null)])
  if (message === null) throw new Error(`the ${args[0]} did not start (${await exited})`)
  return {
    message,
    exited,
    async stop() {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), stopSeconds * 1000)
      await exited
      clearTimeout(timer)
    },
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}

/** Forks the command line, in its own process group, with our standard streams and a channel for messages. */
export function forkCommand(
  args: readonly string[],
  environment: Record<string, string>,
  execArgv: readonly string[],
): ChildProcess {
  const { options, settings } = args[0] === 'server' ? SERVER_PROCESS : { options: [], settings: {} }
  // In the environment, because tools find the process by its arguments. The last option counts.
  const nodeOptions = options.length > 0 && {
    NODE_OPTIONS: [...options, process.env.NODE_OPTIONS ?? ''].join(' ').trim(),
  }
  return fork(CLI_FILE, args, {
    detached: true,
    execArgv: [...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // In development mode graphql checks for every value whether it comes from a second copy of graphql.
    env: { NODE_ENV: 'production', ...settings, ...process.env, ...nodeOptions, ...environment },
  })
}

/**
 * How Node.js is started for a server, so that it needs less memory. Objects of requests get 8 MB instead of 32: most are garbage soon.
 * All threads share one arena of malloc: their own ones keep 12 MB that nobody uses. The environment of this process comes first.
 */
export const SERVER_PROCESS = {
  options: ['--max-semi-space-size=4'],
  settings: { MALLOC_ARENA_MAX: '1' },
} as const

/** Options of Node.js for a child that nobody debugs. */
export function withoutDebugger(nodeOptions: readonly string[]): string[] {
  return nodeOptions.filter((option) => !option.startsWith('--inspect'))
}

/** Each process needs a debugger port of its own; a child with the port of its parent would start without a debugger. */
function moveDebuggerPort(nodeOptions: readonly string[], port: number): string[] {
  return nodeOptions.map((option) => option.replace(/^(--inspect[a-z-]*)(=(.+:)?\d+)?$/, `$1=$3${port}`))
}

const CLI_FILE = fileURLToPath(new URL('../cli.js', import.meta.url))
/** A worker needs less to hand back its job, and a server less to finish its requests. */
export const STOP_SECONDS = 20
