import { type ChildProcess, fork } from 'node:child_process'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that is started again whenever it ends, as by a supervisor. */
export interface KeptProcess {
  /** Waits until a process is ready and returns it. */
  ready(): Promise<ReadyProcess>
  /** Ends the present process with SIGTERM and waits for the next one. */
  restart(): Promise<void>
  /** Kills it and does not start it again. */
  stop(): Promise<void>
}

export interface ReadyProcess {
  readonly child: ChildProcess
  readonly pid: number
  /** Its message when it was ready. */
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
      // `current` is replaced only a moment after the process has ended.
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
