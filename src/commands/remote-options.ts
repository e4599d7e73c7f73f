import { readFileSync } from 'node:fs'
import process from 'node:process'
import { type Command, Option } from 'commander'
import type { SendToApi } from '../api-client/api.js'
import { UsageError } from './exit-status.js'

interface RemoteOptions {
  readonly url: string
  readonly key?: string
  readonly keyFile?: string
}

/** A service at an address, for a command. */
export interface RemoteService {
  readonly url: string
  readonly key: string | undefined
  /** Sends a request again while the service is busy or away. */
  readonly send: SendToApi
}

interface ServiceOptions {
  /** Whether a request may be sent again after its answer was lost. */
  readonly isRepeatable?: boolean
  readonly patienceSeconds?: number
}

const PATIENCE_SECONDS = 120
const QUIET_MILLISECONDS = 15_000

/** Commands that ask a service. All others work on this machine and refuse an address. */
const ASKS_SERVICE = new WeakSet<Command>()

/** Adds `--url`, `--key` and `--key-file`, which may stand before and after the name of a command. */
export function addRemoteOptions(program: Command): void {
  program
    .addOption(
      new Option('--url <address>', 'of the service that a command asks')
        .env('ACTBENCH_URL')
        .default('http://127.0.0.1:4000'),
    )
    // Without `.env`, which would show the key in the help.
    .option('--key <key>', 'of that service, for searches and trainings; better in ACTBENCH_KEY or a file')
    .addOption(new Option('--key-file <file>', 'that has the key, or - for standard input').env('ACTBENCH_KEY_FILE'))
    .hook('preAction', (_, command) => refuseAddress(program, command))
}

/** Marks a command that asks a service. */
export function asksService(command: Command): Command {
  ASKS_SERVICE.add(command)
  return command.configureHelp({ showGlobalOptions: true })
}

/** Whether an address was given, for commands that otherwise work on this machine. */
export function hasAddress(command: Command): boolean {
  return ['cli', 'env'].includes(findProgram(command).getOptionValueSource('url') ?? '')
}

/** The address and the key that were given, which nobody has tried yet. */
export function readAddress(command: Command): { readonly url: string; readonly key: string | undefined } {
  const { url, key, keyFile } = findProgram(command).opts<RemoteOptions>()
  // Other users of this machine can read the arguments of a process, but not its environment.
  if (key !== undefined) process.title = 'actbench'
  const found = key ?? (process.env.ACTBENCH_KEY || (keyFile ? readKeyFile(keyFile) : undefined))
  return { url, key: found }
}

/** The service that was named. It says on standard error if a request has to wait. */
export async function openService(
  command: Command,
  { isRepeatable = true, patienceSeconds = PATIENCE_SECONDS }: ServiceOptions = {},
): Promise<RemoteService> {
  const { openRemoteApi } = await import('../api-client/remote-api.js')
  const { openPatientApi } = await import('../api-client/patient-api.js')
  const { url, key } = readAddress(command)
  const { send } = openRemoteApi(url, key)
  let said = Number.NEGATIVE_INFINITY
  const onWait = (reason: string, seconds: number) => {
    // Several workers of a search may wait at the same time.
    if (performance.now() - said < QUIET_MILLISECONDS) return
    said = performance.now()
    process.stderr.write(`actbench: waiting ${Math.ceil(seconds)} s: ${reason}\n`)
  }
  return { url, key, send: openPatientApi(send, { seconds: patienceSeconds, isRepeatable, onWait }) }
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim()
  } catch (error) {
    throw new UsageError(`key-file: expected a file that can be read, got ${file} (${(error as Error).message})`)
  }
}

function refuseAddress(program: Command, command: Command): void {
  if (ASKS_SERVICE.has(command)) return
  const given = (['url', 'key', 'keyFile'] as const).find((name) => program.getOptionValueSource(name) === 'cli')
  if (given === undefined) return
  const option = given === 'keyFile' ? 'key-file' : given
  throw new UsageError(
    `${option}: \`${pathOf(command)}\` works on this machine and asks no service; expected the command without --${option}`,
  )
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

function findProgram(command: Command): Command {
  return command.parent ? findProgram(command.parent) : command
}
