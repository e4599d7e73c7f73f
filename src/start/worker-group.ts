import { startChildCommand } from './child-command.js'
import { type Kept, keepRunning } from './keep-running.js'

export interface WorkerGroupOptions {
  /** Worker processes. @defaultValue one a card, or one */
  readonly concurrency?: number
  /** Indexes of NVIDIA cards, as CUDA counts them; the workers share them in turn. Without them the backend decides. */
  readonly gpus?: readonly number[]
}

/** Several workers on one host, each a process with a training of its own. */
export interface WorkerGroup {
  /** Each hands back what it does and ends. */
  close(): Promise<void>
}

/** Starts the workers and starts again what dies. Throws where one does not start; then none is left running. */
export async function openWorkerGroup(
  databaseUrl: string,
  options: WorkerGroupOptions,
  log: (line: string) => void,
): Promise<WorkerGroup> {
  const starting = planWorkers(options).map((environment, i) =>
    keepRunning({
      name: `worker ${i + 1}`,
      start: () => startChildCommand(['worker'], { ...environment, DATABASE_URL: databaseUrl }, i + 1),
      log,
    }),
  )
  const started = await Promise.allSettled(starting)
  const workers = started.flatMap((result): Kept[] => (result.status === 'fulfilled' ? [result.value] : []))
  const close = async () => void (await Promise.all(workers.map((worker) => worker.stop())))
  for (const result of started) {
    if (result.status === 'fulfilled') continue
    await close()
    throw result.reason
  }
  return { close }
}

/** What the environment of each worker adds to ours. */
export function planWorkers({ gpus = [], concurrency }: WorkerGroupOptions): Record<string, string>[] {
  const count = concurrency ?? Math.max(1, gpus.length)
  return Array.from({ length: count }, (_, i): Record<string, string> => {
    if (gpus.length === 0) return {}
    return {
      ACTBENCH_BACKEND: 'tfjs-node-gpu',
      CUDA_VISIBLE_DEVICES: String(gpus[i % gpus.length]),
      // TensorFlow takes a card's whole memory otherwise, and the next worker on it finds none.
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    }
  })
}
