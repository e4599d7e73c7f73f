import type { Command } from 'commander'
import { describeFailure } from './describe-failure.js'

/**
 * Adds `actbench start`, which runs everything on one machine: database, shipped data, server and workers. `npm start`
 * does the same in a smaller process (see `supervise.ts`). Also adds the hidden command of its preparing child.
 */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run everything on this machine: database, server and workers, each started again if it ends')
    .addHelpText('after', ENVIRONMENT_HELP)
    .action(async () => {
      const { superviseUntilStopped } = await import('../start/supervisor.js')
      await superviseUntilStopped()
    })
  program.command('prepare', { hidden: true }).action(async () => {
    const { prepareForSupervisor } = await import('../start/prepare-for-supervisor.js')
    await prepareForSupervisor(describeFailure)
  })
}

const ENVIRONMENT_HELP = `
Environment:
  PORT                 of the API (4000; 0 takes any free one)
  HOST                 to listen on (127.0.0.1)
  DATABASE_URL         of a PostgreSQL; without it an embedded one is started
  ACTBENCH_READ_DATABASE_URL  of a standby from which queries read (none)
  ACTBENCH_DATA        folder of the embedded one (.actbench)
  ACTBENCH_ADMIN_KEY   a key with all rights; without it one is made at the first start and shown once
  ACTBENCH_WORKERS     worker processes (1)
  ACTBENCH_BACKEND     auto, tfjs-node-gpu, tfjs-node, webgpu or wasm (auto)
  ACTBENCH_STALL_MINUTES    after which a worker whose task makes no progress is ended (30)
  ACTBENCH_KEEP_...         what is deleted after some time: docs/operations.md
  ACTBENCH_RATE_LIMIT  cost units a minute for a client (300000; 0: no limit)
  ACTBENCH_TRUSTED_PROXIES  addresses whose X-Forwarded-For is believed (none), such as 10.0.0.0/8
  ACTBENCH_CACHE_SECONDS    for which shared caches may answer a GET (10)
  ACTBENCH_CACHE_MEGABYTES  of memory for answers that are sent again until the data changes (16; 0: none)
  ACTBENCH_EXPORT_MEGABYTES of disk in the data folder for exports that are read in parts (1024; 0: none)
  ACTBENCH_LIMIT_...        limits of one request: docs/limits.md
  LOG_LEVEL            fatal, error, warn, info, debug, trace or silent (warn)`
