import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger as QueueLogger, runTaskList, type TaskList } from 'graphile-worker'
import type { Logger } from 'pino'
import type { Config } from './config.js'
import { type Database, openDatabase } from './db/connection/client.js'
import { isConnectionError } from './db/connection/connection-errors.js'
import { updateWorkerTasks } from './db/workers/register-worker.js'
import { workerApplicationName } from './db/workers/worker-locks.js'
import { createLog } from './log.js'
import { type Backend, openBackend } from './networks/backends/backend.js'
import type { TrainableDataset } from './networks/recipes/trainable-dataset.js'
import { readVersion } from './root.js'
import { requeueLostTasks } from './services/trainings/requeue-lost.js'
import { openWorkerReports } from './tasks/report-worker.js'
import { checkRunningTrainings, type RunningTraining } from './tasks/running-training.js'
import type { TaskContext } from './tasks/task-context.js'
import { fillTaskList } from './tasks/task-list.js'
import { openWorkerDatasets, type WorkerDatasets } from './tasks/worker-datasets.js'
import { createWorkerMeter } from './tasks/worker-meter.js'
import { openTracing } from './tracing/open-tracing.js'
import { type Announcement, type HeartbeatPace, openHeartbeat } from './worker-liveness/heartbeat.js'
import { createPulse } from './worker-liveness/pulse.js'

export interface RunningWorker {
  readonly workerId: number
  /** Hands back the running task and stops. When it resolves, other workers can take the tasks. */
  close(): Promise<void>
}

/** The part of the configuration that a worker needs. `databaseUrl` must not be null. */
export type WorkerConfig = Pick<Config, 'databaseUrl' | 'backend' | 'logLevel' | 'tasksFolder'> &
  Partial<Pick<Config, 'tracing' | 'dataFolder' | 'webgpuCard'>> & {
    /** Folders of tasks that this worker can train, next to those that it finds itself. */
    readonly taskFolders?: readonly string[]
  }

/** For the queue's listener, its loop, the task, and the task's progress. */
const MAX_CONNECTIONS = 5
const CONNECT_SECONDS = 10
/** Longest pause in a transaction. A process that was stopped would otherwise keep its rows locked. */
const IDLE_TRANSACTION_SECONDS = 60

/** Time that tasks get to stop when the worker closes. Later the unfinished ones are taken back anyway. */
const CLOSE_MILLISECONDS = 6000
const REQUEUE_MILLISECONDS = 30_000
/** How often a worker looks for tasks that were added, and for folders that changed. */
const REFRESH_MILLISECONDS = 3000
/** Exit status of a worker that counted as dead. Its supervisor starts it again. */
const LEFT_STATUS = 75

/**
 * Starts a worker in this process: it takes tasks for the datasets that it can train, one at a time, until it is closed. Waits for the
 * database as long as it takes. A worker that others took for dead ends its process, with status 75.
 */
export async function startWorker(config: WorkerConfig, pace: HeartbeatPace = {}): Promise<RunningWorker> {
  if (config.databaseUrl === null) throw new Error('a worker needs the address of a database')
  const log = createLog(config.logLevel, { process: 'worker', pid: process.pid })
  const tracing = await openTracing(config.tracing, { part: 'worker', version: readVersion() }, log)
  const backend = await openBackend(config.backend, config.webgpuCard ?? null)
  log.info({ backend: backend.name, device: backend.device, reason: backend.reason }, 'backend')
  // 62 bits: positive as a bigint, and two workers never share one.
  const lockKey = (randomBytes(8).readBigUInt64LE() >> 2n).toString()
  const database = openDatabase(config.databaseUrl, {
    applicationName: workerApplicationName(lockKey),
    maxConnections: MAX_CONNECTIONS,
    connectSeconds: CONNECT_SECONDS,
    idleTransactionSeconds: IDLE_TRANSACTION_SECONDS,
  })
  const pulse = createPulse()
  const meter = createWorkerMeter(backend.name)
  const closing = new AbortController()
  const running = new Set<RunningTraining>()
  const leave = (reason: string): never => {
    log.error(`leaving: ${reason}`)
    process.exit(LEFT_STATUS)
  }
  // Tasks are taken only once the worker is registered: a pool that nobody knows could not be reaped.
  let context: TaskContext | undefined
  let openGate: () => void
  const gate = new Promise<void>((resolve) => {
    openGate = resolve
  })
  const datasets = openWorkerDatasets(database, {
    backend: backend.name,
    places: { dataFolder: config.dataFolder ?? null, tasksFolder: config.tasksFolder, named: config.taskFolders ?? [] },
    async onChange(trainable) {
      fillTaskList(tasks, () => context!, trainable)
      if (context) await announce(context.worker.id)
    },
    onProblem: (dataset, problem) => log.info({ dataset, problem }, 'cannot be trained by this worker'),
  })
  const tasks: TaskList = {}
  fillTaskList(tasks, () => context!, datasets.list())
  const announce = (id: number) => updateWorkerTasks(database.kysely, id, describeTasks(tasks, datasets.list()))
  await refresh(datasets, log)
  const pool = runTaskList(
    {
      concurrency: 1,
      noHandleSignals: true,
      logger: toQueueLogger(log),
      forbiddenFlags: () => gate.then(() => null),
      // Completing a task is tried again while the database is away.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    },
    tasks,
    database.pool,
  )
  // While the worker closes, the check may find its connection closed. Nothing depends on its result then.
  const checkClaims = (trainingJobId: number | null) =>
    void checkRunningTrainings(database, running, trainingJobId).catch(
      (error) => closing.signal.aborted || leave(String(error)),
    )
  const announcement = {
    poolId: pool.id,
    lockKey,
    ...describeWorker(backend),
    ...describeTasks(tasks, datasets.list()),
  }
  const heartbeat = await openHeartbeat(
    config.databaseUrl,
    announcement,
    pulse.buffer,
    {
      onChange: checkClaims,
      onReconnect() {
        database.dropConnections()
        checkClaims(null)
      },
      onLost: leave,
      onLog: (message) => log.warn(message),
    },
    pace,
  )
  const { workerId } = heartbeat
  const worker = { id: workerId, backend: backend.name, device: backend.device }
  const { tasksFolder } = config
  context = {
    database,
    worker,
    backend,
    datasets,
    tasksFolder,
    closing: closing.signal,
    running,
    pulse,
    meter,
    log,
    leave,
  }
  openGate!()
  const reports = openWorkerReports(database, workerId, meter, log)
  const timer = setInterval(() => void requeue(database, log), REQUEUE_MILLISECONDS)
  const refreshing = setInterval(() => void refresh(datasets, log), REFRESH_MILLISECONDS)
  pool.promise.then(
    () => closing.signal.aborted || leave('the queue ended'),
    (error) => closing.signal.aborted || leave(`the queue ended: ${error}`),
  )
  log.info({ worker: workerId, datasets: announcement.datasets }, 'worker ready')

  /** Running tasks see that the worker closes, and return. */
  const stopTaking = async () => pool.gracefulShutdown('closing')
  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    closing.abort()
    clearInterval(timer)
    clearInterval(refreshing)
    await Promise.race([stopTaking().catch(() => {}), sleep(CLOSE_MILLISECONDS, null, { ref: false })])
    await Promise.race([reports.close(), sleep(1000, null, { ref: false })])
    await heartbeat.close()
    await Promise.race([database.close(), sleep(1000, null, { ref: false })])
    backend.close()
    await tracing.close()
    log.info({ worker: workerId }, 'worker closed')
  }
  return {
    workerId,
    close() {
      closed ??= close()
      return closed
    },
  }
}

function describeWorker(backend: Backend): Pick<Announcement, 'host' | 'processId' | 'backend' | 'device'> {
  return { host: hostname(), processId: process.pid, backend: backend.name, device: backend.device }
}

function describeTasks(
  tasks: TaskList,
  datasets: readonly TrainableDataset[],
): Pick<Announcement, 'datasets' | 'tasks'> {
  return { datasets: datasets.map(({ name }) => name), tasks: Object.keys(tasks) }
}

async function refresh(datasets: WorkerDatasets, log: Logger): Promise<void> {
  try {
    await datasets.refresh()
  } catch (error) {
    if (!isConnectionError(error)) log.error({ err: error }, 'registered tasks could not be looked for')
  }
}

async function requeue(database: Database, log: Logger): Promise<void> {
  try {
    const count = await requeueLostTasks(database)
    if (count > 0) log.warn(`${count} lost tasks are back in the queue`)
  } catch (error) {
    if (!isConnectionError(error)) log.error({ err: error }, 'lost tasks could not be looked for')
  }
}

function toQueueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message) => {
    if (level === 'error') log.warn(message)
    else log.debug(message)
  })
}
