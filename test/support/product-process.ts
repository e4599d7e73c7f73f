import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../src/root.js'

/** A process of the product that has reported that it is ready. */
export interface ProductProcess<Message> {
  readonly child: ChildProcess
  /** The message that reported it. */
  readonly message: Message
  /** Everything that it has written to standard output and standard error so far. */
  readonly log: () => string
  /** Resolves with the exit status, or the signal that ended it. */
  readonly exited: Promise<number | string>
}

/**
 * Forks a file of build/ and waits for its first message. `onFork` receives the child immediately, even if the start fails
 * later. The caller must end the process.
 */
export async function startProductProcess<Message>(
  file: string,
  args: readonly string[],
  { onFork, ...options }: ForkOptions & { onFork?: (child: ChildProcess) => void } = {},
): Promise<ProductProcess<Message>> {
  const child = fork(join(PROJECT_ROOT, 'build', file), args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    ...options,
  })
  onFork?.(child)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (log += text))
  const exited = once(child, 'exit').then(([status, signal]) => status ?? signal)
  const ready = once(child, 'message').then(([message]) => ({ message: message as Message }))
  const first = await Promise.race([ready, exited.then(() => null)])
  if (!first) throw new Error(`${file}: did not start; its output:\n${log}`)
  return { child, message: first.message, log: () => log, exited }
}
