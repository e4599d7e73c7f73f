import { startChildCommand } from './child-command.js'
import { type Kept, keepRunning } from './keep-running.js'

export interface WorkerGroupOptions {
  /** Number of worker processes. @defaultValue one per card, or one */
  readonly concurrency?: number
  /** Indexes of NVIDIA cards, as CUDA counts them. The workers share them in turn. Without them the backend decides. */
  readonly gpus?: readonly number[]
  /** Folders of tasks for `--task` of each worker. */
  readonly taskFolders?: readonly string[]
}

/** Several workers on one host. Each is a process that runs one training at a time. */
export interface WorkerGroup {
  /** Ends the workers; each hands back its task. */
  close(): Promise<void>
}

/** Starts the workers, and starts each again if it ends. If one does not start, all are stopped and an error is thrown. */
export async function openWorkerGroup(
  databaseUrl: string,
  options: WorkerGroupOptions,
  log: (line: string) => void,
): Promise<WorkerGroup> {
  const args = ['worker', ...(options.taskFolders ?? []).flatMap((folder) => ['--task', folder])]
  const starting = planWorkers(options).map((environment, i) =>
    keepRunning({
      name: `worker ${i + 1}`,
      start: () => startChildCommand(args, { ...environment, DATABASE_URL: databaseUrl }, i + 1),
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

/** The variables that each worker gets in addition to our environment. */
export function planWorkers({ gpus = [], concurrency }: WorkerGroupOptions): Record<string, string>[] {
  const count = concurrency ?? Math.max(1, gpus.length)
  return Array.from({ length: count }, (_, i): Record<string, string> => {
    if (gpus.length === 0) return {}
    return {
      ACTBENCH_BACKEND: 'tfjs-node-gpu',
      CUDA_VISIBLE_DEVICES: String(gpus[i % gpus.length]),
      // Otherwise TensorFlow takes all memory of a card and leaves none for the next worker.
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    }
  })
}
