import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { Config } from '../config.js'
import { checkPort } from './check-port.js'
import { STOP_SECONDS, startChildCommand } from './child-command.js'
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.js'
import { lockFolder } from './folder-lock.js'
import { type Kept, keepRunning, type Running } from './keep-running.js'
import { onStopSignals } from './on-stop-signals.js'
import { openPreparation, type Preparation } from './preparation.js'
import { openStepLog, type StepLog } from './step-log.js'
import { formatWelcome } from './welcome.js'

/** Everything that `actbench start` runs. */
export interface Supervisor {
  readonly address: string
  /** What the operator reads now: addresses, the first key, how to stop. */
  readonly welcome: string
  /** Ends everything in the reverse order of its start. */
  close(): Promise<void>
  /** Kills the child processes. PostgreSQL shuts down by itself when this process ends. */
  kill(): void
}

/**
 * Starts the database (unless DATABASE_URL names one), migrates it and imports the shipped data. Then it starts the server
 * and the workers and keeps them running. If something cannot start, everything is stopped and an error of one line is
 * thrown. This process loads only what it needs to watch the others; a child reads the settings and prepares the database. The
 * child makes the snapshots of the shipped data when the service answers already, and then ends.
 */
export async function openSupervisor(print: (text: string) => void): Promise<Supervisor> {
  const started = performance.now()
  const preparation = await openPreparation()
  const { config } = preparation
  const parts: Kept[] = []
  const close = async () => {
    for (const part of parts.splice(0).reverse()) await part.stop()
  }
  const log = (line: string) => print(`actbench: ${line}\n`)
  const steps = openStepLog(log)
  let isReady = false
  try {
    if (config.port !== 0) await checkPort(config.host, config.port)
    const url = config.databaseUrl ?? (await startPostgres(config, parts, log, steps))
    await preparation.prepare(url, steps.step)
    steps.step(`starting the server and ${config.workers} worker${config.workers === 1 ? '' : 's'}`)
    const address = await startProcesses(config, url, parts, log)
    const adminKey = await preparation.createAdminKey()
    const seconds = (performance.now() - started) / 1000
    isReady = true
    parts.push(finishLater(preparation, log))
    const place = config.databaseUrl ? 'in the PostgreSQL of DATABASE_URL' : config.dataFolder
    return {
      address,
      welcome: formatWelcome({ address, seconds, adminKey, place, workers: config.workers }),
      close,
      kill() {
        for (const part of parts) part.kill()
      },
    }
  } catch (error) {
    await close()
    throw error
  } finally {
    steps.close()
    if (!isReady) await preparation.close()
  }
}

/** Lets the preparing process do the rest and end. If this process stops before, the next start does what is missing. */
function finishLater(preparation: Preparation, log: (line: string) => void): Kept {
  let isStopping = false
  const finished = preparation
    .finish(() => {})
    .catch((error: Error) => {
      if (!isStopping) log(`${error.message}; the next start makes the snapshots of the shipped data`)
    })
    .finally(preparation.close)
  return {
    async stop() {
      isStopping = true
      await preparation.close()
      await finished
    },
    // The process ends by itself when the channel to this one is closed.
    kill() {},
  }
}

async function startPostgres(
  config: Config,
  parts: Kept[],
  log: (line: string) => void,
  { step }: StepLog,
): Promise<string> {
  const unlock = lockFolder(config.dataFolder)
  parts.push({ stop: async () => unlock(), kill: unlock })
  const isNew = !existsSync(join(config.dataFolder, 'postgres', 'PG_VERSION'))
  step(isNew ? `first start: creating the database in ${config.dataFolder}` : 'starting the database')
  let postgres: EmbeddedPostgres | null = null
  const start = async (): Promise<Running> => {
    // Server and workers know the address, so a restarted PostgreSQL must listen on the same port.
    const next = await openEmbeddedPostgres(config.dataFolder, { port: postgres?.port, createsDatabase: false })
    if (postgres && next.port !== postgres.port) {
      await next.close()
      throw new Error(`port ${postgres.port} is taken by another program`)
    }
    postgres = next
    return { exited: next.exited, stop: next.close, kill: () => {} }
  }
  parts.push(await keepRunning({ name: 'PostgreSQL', start, log }))
  return (postgres as unknown as EmbeddedPostgres).url
}

/** Starts the server and the workers at the same time and returns the server's address. */
async function startProcesses(
  config: Config,
  url: string,
  parts: Kept[],
  log: (line: string) => void,
): Promise<string> {
  let address = ''
  const startServer = async () => {
    // A restarted server keeps its port, even if PORT is 0.
    const port = address ? new URL(address).port : String(config.port)
    const stopSeconds = STOP_SECONDS + config.shutdownDelaySeconds
    const child = await startChildCommand(['server'], { DATABASE_URL: url, PORT: port }, 1, stopSeconds)
    address = child.message
    return child
  }
  const startWorker = (i: number) => startChildCommand(['worker'], { DATABASE_URL: url }, 2 + i)
  const starting = [
    keepRunning({ name: 'server', start: startServer, log }),
    ...Array.from({ length: config.workers }, (_, i) =>
      keepRunning({ name: `worker ${i + 1}`, start: () => startWorker(i), log }),
    ),
  ]
  const started = await Promise.allSettled(starting)
  for (const result of started) if (result.status === 'fulfilled') parts.push(result.value)
  for (const result of started) if (result.status === 'rejected') throw result.reason
  return address
}

/** Runs `actbench start` until a signal ends it. */
export async function superviseUntilStopped(): Promise<void> {
  const print = (text: string) => void process.stdout.write(text)
  const supervisor = await openSupervisor(print)
  closeOnSignals(supervisor, print)
  // Who reads how to stop it may do so at once, so the signals are handled by now.
  print(supervisor.welcome)
}

/** Runs `close` at the first SIGINT or SIGTERM and `kill` at the second, then ends the process. */
function closeOnSignals(supervisor: Supervisor, print: (text: string) => void): void {
  const close = async () => {
    print('\nactbench: stopping; Ctrl-C again forces it\n')
    await supervisor.close()
    process.exit(0)
  }
  const force = () => {
    supervisor.kill()
    process.exit(130)
  }
  onStopSignals(() => void close(), force)
}
