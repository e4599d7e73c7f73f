import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The exit status and the output of a command. */
export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A command that is running; `said` grows with its output. */
export interface RunningCommand {
  readonly child: ChildProcess
  readonly said: { stdout: string; stderr: string }
  readonly ended: Promise<Outcome>
}

/**
 * Runs `actbench <args>` of the built product and waits for its end. From the environment of this process, the command
 * gets only PATH and HOME.
 */
export function runActbench(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Outcome> {
  return startActbench(args, environment).ended
}

/** Starts the command like `runActbench`, but does not wait for its end. */
export function startActbench(args: readonly string[], environment: Readonly<Record<string, string>>): RunningCommand {
  const child = spawn(process.execPath, [CLI_FILE, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.stderr += text
  })
  const ended = new Promise<Outcome>((done) => child.once('close', (status) => done({ status, ...said })))
  return { child, said, ended }
}

const CLI_FILE = fileURLToPath(new URL('../../src/cli.js', import.meta.url))
