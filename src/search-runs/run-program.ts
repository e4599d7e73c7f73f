import { spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import process from 'node:process'
import { identifyProcess } from '../start/process-identity.js'

export interface ProgramInput {
  /** The program and its arguments. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** Its standard input. */
  readonly input: string
  /** Files that get its output. */
  readonly stdoutFile: string
  readonly stderrFile: string
}

export interface RunningProgram {
  /** Identifies it after this process has ended; null if it has ended already. */
  readonly identity: string | null
  /** Resolves with the exit status, or the signal that ended it. Rejects if it cannot be started. */
  readonly ended: Promise<number | NodeJS.Signals>
  /** Ends it with all its children: politely, then by force. */
  end(): void
}

const GRACE_MILLISECONDS = 5000

/** Starts a program in a process group of its own, so that a Ctrl-C at the terminal reaches it only through `end`. */
export function startProgram({ command, environment, input, stdoutFile, stderrFile }: ProgramInput): RunningProgram {
  const [stdout, stderr] = [openSync(stdoutFile, 'w'), openSync(stderrFile, 'w')]
  const [file, ...args] = command
  const child = spawn(file, args, {
    env: { ...process.env, ...environment },
    stdio: ['pipe', stdout, stderr],
    detached: process.platform !== 'win32',
  })
  closeSync(stdout)
  closeSync(stderr)
  // A program need not read its input.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  let timer: NodeJS.Timeout | undefined
  const ended = new Promise<number | NodeJS.Signals>((done, fail) => {
    child.once('error', (error) => fail(new Error(`command: it cannot be started: ${error.message}`)))
    child.once('exit', (status, signal) => {
      // Children that did not follow their parent.
      if (timer !== undefined) endGroup(child.pid, 'SIGKILL')
      clearTimeout(timer)
      done(signal ?? status ?? 1)
    })
  })
  return {
    identity: child.pid === undefined ? null : identifyProcess(child.pid),
    ended,
    end() {
      if (timer !== undefined || child.exitCode !== null || child.signalCode !== null) return
      endGroup(child.pid, 'SIGTERM')
      timer = setTimeout(() => endGroup(child.pid, 'SIGKILL'), GRACE_MILLISECONDS)
    },
  }
}

/** Ends the program of a command that was killed, unless another process has its number by now. */
export function endOrphan(identity: string | null): void {
  const pid = Number.parseInt(identity ?? '', 10)
  if (pid > 0 && identifyProcess(pid) === identity) endGroup(pid, 'SIGKILL')
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It has ended.
  }
}

/** The last bytes of a file, which may be of any size. */
export function readTail(file: string, bytes: number): string {
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const buffer = Buffer.alloc(Math.min(size, bytes))
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8')
  } finally {
    closeSync(descriptor)
  }
}
