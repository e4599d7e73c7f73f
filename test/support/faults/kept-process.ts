import { type ChildProcess, fork } from 'node:child_process'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that is started again whenever it ends, as a supervisor does. */
export interface KeptProcess {
  /** The one that runs now, which said that it is ready; waits for it. */
  ready(): Promise<ReadyProcess>
  /** Ends the present one in its own way (SIGTERM) and waits for the next one. */
  restart(): Promise<void>
  /** Ends it for good, at once. */
  stop(): Promise<void>
}

export interface ReadyProcess {
  readonly child: ChildProcess
  readonly pid: number
  /** What it said when it was ready. */
  readonly message: unknown
  /** Resolves with the exit status, or the signal that ended it. */
  readonly exited: Promise<number | string>
}

const PAUSE_MILLISECONDS = 200

export function keepProcess(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): KeptProcess {
  let isStopping = false
  let running: ChildProcess
  let current = start()

  function start(): Promise<ReadyProcess> {
    const child = fork(file, args, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, ...environment },
      execArgv: [],
    })
    const exited = new Promise<number | string>((done) =>
      child.once('exit', (status, signal) => done(status ?? signal!)),
    )
    const ready = new Promise<ReadyProcess>((done) => {
      child.once('message', (message) => done({ child, pid: child.pid!, message, exited }))
    })
    running = child
    const next = exited.then(async () => {
      if (isStopping) return new Promise<ReadyProcess>(() => {})
      await sleep(PAUSE_MILLISECONDS)
      current = isStopping ? new Promise<ReadyProcess>(() => {}) : start()
      return current
    })
    return Promise.race([ready, next])
  }

  return {
    ready: () => current,
    async restart() {
      const { child, exited } = await current
      child.kill('SIGTERM')
      await exited
      // `current` is replaced a moment after the end.
      await sleep(2 * PAUSE_MILLISECONDS)
      await current
    },
    async stop() {
      isStopping = true
      const ended = new Promise<void>((done) => {
        if (running.exitCode !== null || running.signalCode !== null) done()
        else running.once('exit', () => done())
      })
      running.kill('SIGCONT')
      running.kill('SIGKILL')
      await ended
    },
  }
}
