import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { PROJECT_ROOT } from '../../src/root.js'
import type { HeartbeatPace } from '../../src/tasks/heartbeat.js'

export interface WorkerProcess {
  readonly workerId: number
  readonly child: ChildProcess
  /** What it logged so far. */
  readonly log: () => string
  /** Resolves with the exit status, or the signal that ended it. */
  readonly exited: Promise<number | string>
}

/** Starts a real worker process and waits until it is registered; it is killed at the end of the test at the latest. */
export async function startWorkerProcess(
  t: TestContext,
  databaseUrl: string,
  options: HeartbeatPace = {},
): Promise<WorkerProcess> {
  const child = fork(
    join(PROJECT_ROOT, 'build/test/support/run-worker.js'),
    [JSON.stringify({ databaseUrl, options })],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] },
  )
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (log += text))
  const exited = once(child, 'exit').then(([status, signal]) => status ?? signal)
  t.after(() => child.kill('SIGKILL'))
  const started = once(child, 'message').then(([{ workerId }]) => workerId as number)
  const workerId = await Promise.race([started, exited.then(() => null)])
  if (workerId === null) throw new Error(`the worker did not start:\n${log}`)
  return { workerId, child, log: () => log, exited }
}
