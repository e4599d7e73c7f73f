import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { type Command, Option } from 'commander'
import { type Config, readConfig } from '../config.js'
import { refuseInput } from '../services/validate-input.js'
import { serveUntilStopped } from '../start/serve-until-stopped.js'
import type { WorkerGroupOptions } from '../start/worker-group.js'
import { UsageError } from './exit-status.js'
import { wholeNumber, wholeNumbers } from './options.js'
import { addJsonOption, type OutputOptions, printResult } from './print-result.js'

/** Adds `actbench server`, which runs only the API, on an existing database. */
export function addServerCommand(program: Command): void {
  program
    .command('server')
    .description('run only the API, on the PostgreSQL of DATABASE_URL or of a running `actbench start`')
    .action(async () => {
      const config = await readConfigWithDatabase()
      const { startServer } = await import('../server.js')
      await serveUntilStopped(
        () => startServer(config),
        ({ address }) => address,
      )
    })
}

interface WorkerFlags extends OutputOptions {
  readonly concurrency?: number
  readonly gpu?: readonly number[]
  readonly check?: boolean
  readonly task?: readonly string[]
}

/** Adds `actbench worker`, which runs training processes on any host that can reach the database. */
export function addWorkerCommand(program: Command): void {
  const command = program
    .command('worker')
    .description('run one worker or several, on the PostgreSQL of DATABASE_URL or of a running `actbench start`')
    .addOption(
      new Option(
        '--concurrency <count>',
        'worker processes, each with a training of its own and started again when it ends: one a core, or more on a card (default: one, or one a card)',
      ).argParser(wholeNumber(1, 256)),
    )
    .addOption(new Option('--gpu <indexes>', 'NVIDIA cards to train on, such as 0 or 0,1').argParser(wholeNumbers))
    .addOption(
      new Option(
        '--task <folder>',
        'a folder with the data of a task that was added elsewhere; may be repeated',
      ).argParser((folder: string, others: readonly string[] = []) => [...others, resolve(folder)]),
    )
    .option('--check', 'start nothing: say whether a worker of this host is alive (exit status 0) or none (1)')
  addJsonOption(command).action(runWorkers)
}

async function runWorkers(flags: WorkerFlags): Promise<void> {
  if (flags.json && !flags.check) throw new UsageError('--json: expected together with --check')
  const group = getValidGroup(readConfig(), flags)
  const { task: taskFolders = [] } = flags
  for (const folder of taskFolders)
    if (!existsSync(join(folder, 'task.json'))) refuseInput('task', 'a folder with a task.json', folder)
  const config = await readConfigWithDatabase()
  if (flags.check) return checkWorkers(config.databaseUrl, flags)
  const toMessage = () => 'ready'
  if (isKept() && flags.concurrency === undefined && flags.gpu === undefined) {
    const { startWorker } = await import('../worker.js')
    await serveUntilStopped(
      () => startWorker({ ...config, taskFolders }, { stallSeconds: 60 * config.stallMinutes }),
      toMessage,
    )
  }
  const { openWorkerGroup } = await import('../start/worker-group.js')
  const log = (line: string) => process.stdout.write(`actbench: ${line}\n`)
  await serveUntilStopped(() => openWorkerGroup(config.databaseUrl, group, log), toMessage)
}

/** Whether a supervisor or a group of workers started this process and starts it again when it ends. */
function isKept(): boolean {
  return process.connected !== undefined
}

/** For the health check of a container: the host name of its workers is the name of the container. */
async function checkWorkers(databaseUrl: string, output: OutputOptions): Promise<void> {
  const { openDatabase } = await import('../db/connection/client.js')
  const { listWorkers } = await import('../db/workers/list-workers.js')
  const database = openDatabase(databaseUrl, { maxConnections: 1, connectSeconds: 10 })
  try {
    const host = hostname()
    const workers = (await listWorkers(database.kysely)).filter((worker) => worker.host === host)
    if (workers.length === 0) throw new Error(`no worker of ${host} gave a sign of life within the last minute`)
    const text = `${workers.length} of ${host} alive: ${workers.map(({ backend }) => backend).join(', ')}\n`
    printResult(workers, text, output)
  } finally {
    await database.close()
  }
}

function getValidGroup({ backend }: Config, { concurrency, gpu: gpus, task }: WorkerFlags): WorkerGroupOptions {
  if (gpus && backend === 'webgpu') {
    throw new UsageError(
      '--gpu: counts the cards of CUDA; expected ACTBENCH_WEBGPU_CARD=<part of a name> for webgpu, or one container a card',
    )
  }
  if (gpus && backend !== 'auto' && backend !== 'tfjs-node-gpu') {
    throw new UsageError(`--gpu: expected ACTBENCH_BACKEND to be auto or tfjs-node-gpu, got ${backend}`)
  }
  return { concurrency, gpus, taskFolders: task }
}

async function readConfigWithDatabase(): Promise<Config & { readonly databaseUrl: string }> {
  const config = readConfig()
  const { checkMigrated, findDatabaseAddress, noService } = await import('../start/database-address.js')
  const databaseUrl = findDatabaseAddress(config)
  if (!databaseUrl) throw noService(config.dataFolder)
  await checkMigrated(databaseUrl)
  return Object.freeze({ ...config, databaseUrl })
}
