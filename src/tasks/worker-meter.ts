import type { CountLabels, CountName, WorkerCount, WorkerVitals } from '../db/workers/worker-reports.js'

/** Counts what a worker does until it is reported. */
export interface WorkerMeter {
  add(name: CountName, labels: Partial<CountLabels>, value?: number): void
  /** Counts an epoch of a training on so many images. */
  addEpoch(dataset: string, images: number, seconds: number): void
  /** Null: no task runs. */
  setTask(task: string | null): void
  /** What was counted since the last call. */
  take(): WorkerCount[]
  /** Counts again what could not be reported. */
  giveBack(counts: readonly WorkerCount[]): void
  /** What the worker does now. `memoryBytes` is the resident memory of its process. */
  readVitals(memoryBytes: number): WorkerVitals
}

export function createWorkerMeter(backend: string): WorkerMeter {
  let counts = new Map<string, WorkerCount>()
  let task: string | null = null
  let taskSince: Date | null = null
  let imagesPerSecond: number | null = null
  const put = (count: WorkerCount) => {
    const key = JSON.stringify([count.name, count.dataset, count.task, count.outcome])
    counts.set(key, { ...count, value: count.value + (counts.get(key)?.value ?? 0) })
  }
  const add: WorkerMeter['add'] = (name, labels, value = 1) =>
    put({ name, dataset: '', task: '', outcome: '', ...labels, backend, value })
  return {
    add,
    addEpoch(dataset, images, seconds) {
      add('epochs', { dataset })
      add('images', { dataset }, images)
      if (seconds > 0) imagesPerSecond = images / seconds
    },
    setTask(next) {
      task = next
      taskSince = next === null ? null : new Date()
      imagesPerSecond = null
    },
    take() {
      const taken = [...counts.values()]
      counts = new Map()
      return taken
    },
    giveBack: (given) => given.forEach(put),
    readVitals: (memoryBytes) => ({ memoryBytes, imagesPerSecond, task, taskSince }),
  }
}
