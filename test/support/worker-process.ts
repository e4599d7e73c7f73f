import type { TestContext } from 'node:test'
import type { TracingConfig } from '../../src/config.js'
import type { HeartbeatPace } from '../../src/worker-liveness/heartbeat.js'
import { type ProductProcess, startProductProcess } from './product-process.js'

export interface WorkerProcess extends ProductProcess<{ workerId: number }> {
  readonly workerId: number
}

export interface WorkerProcessOptions extends HeartbeatPace {
  readonly tracing?: TracingConfig | null
  /** Where it remembers and finds the folders of tasks. */
  readonly dataFolder?: string
  readonly tasksFolder?: string
  readonly taskFolders?: readonly string[]
}

/** Starts a real worker process and waits until it is registered. If it still runs at the end of the test, it is killed. */
export async function startWorkerProcess(
  t: TestContext,
  databaseUrl: string,
  { tracing, dataFolder, tasksFolder, taskFolders, ...options }: WorkerProcessOptions = {},
): Promise<WorkerProcess> {
  const worker = await startProductProcess<{ workerId: number }>(
    'test/support/run-worker.js',
    [JSON.stringify({ databaseUrl, options, tracing, dataFolder, tasksFolder, taskFolders })],
    { onFork: (child) => t.after(() => child.kill('SIGKILL')) },
  )
  return { ...worker, workerId: worker.message.workerId }
}
