import { Counter, Gauge, type Registry } from 'prom-client'
import type { WorkerMetrics } from '../../db/operation/read-worker-metrics.js'
import type { CountName } from '../../db/workers/worker-reports.js'

type LabelName = 'dataset' | 'backend' | 'task' | 'outcome'

/**
 * Adds what workers report. Workers may run on hosts that no Prometheus reaches, so their servers show it. A worker has its
 * number as a label, and not the name of its host.
 */
export function addWorkerMetrics(registry: Registry, read: () => Promise<WorkerMetrics | null>): void {
  const registers = [registry]
  const counter = (name: string, help: string, count: CountName, labelNames: LabelName[]) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset()
        for (const total of (await read())?.totals ?? []) {
          if (total.name !== count) continue
          this.inc(Object.fromEntries(labelNames.map((label) => [label, total[label]])), total.value)
        }
      },
    })
  const gauge = (name: string, help: string, pick: (worker: WorkerMetrics['workers'][number]) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['worker', 'backend', 'task'],
      registers,
      async collect() {
        this.reset()
        for (const worker of (await read())?.workers ?? []) {
          const value = pick(worker)
          const { id, backend, task } = worker
          if (value !== null) this.set({ worker: `worker-${id}`, backend, task: task ?? 'none' }, value)
        }
      },
    })
  counter('actbench_worker_tasks_total', 'Tasks that workers ended', 'tasks', ['task', 'dataset', 'backend', 'outcome'])
  counter('actbench_worker_task_seconds_total', 'Time that workers spent on tasks', 'taskSeconds', [
    'task',
    'dataset',
    'backend',
  ])
  counter('actbench_worker_wait_seconds_total', 'Time that tasks waited for their first start', 'waitSeconds', [
    'task',
    'dataset',
    'backend',
  ])
  counter('actbench_worker_epochs_total', 'Epochs that workers trained', 'epochs', ['dataset', 'backend'])
  counter('actbench_worker_images_total', 'Images that workers trained on', 'images', ['dataset', 'backend'])
  counter('actbench_workers_lost_total', 'Workers that died or were cut off', 'lost', ['backend'])
  gauge('actbench_worker_memory_bytes', 'Resident memory of a worker', ({ memoryBytes }) => memoryBytes)
  gauge('actbench_worker_images_per_second', 'Speed of the last epoch', ({ imagesPerSecond }) => imagesPerSecond)
  gauge('actbench_worker_task_seconds', 'Time since the start of the present task', ({ taskSeconds }) => taskSeconds)
  gauge('actbench_worker_silent_seconds', 'Time since the last sign of life', ({ silentSeconds }) => silentSeconds)
}
