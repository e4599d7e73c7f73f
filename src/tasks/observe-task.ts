import type { TaskName } from '../db/queue.js'
import { inSpan, startSpan } from '../tracing/spans.js'
import type { TaskContext } from './task-context.js'

/**
 * How a task ended: its work is done; it failed for good, and a client can read why; it was given back to the queue; or there
 * was nothing to do any more. A task that throws counts as `error`, and the queue tries it again.
 */
export type TaskOutcome = 'succeeded' | 'failed' | 'returned' | 'ended'

/** A task of the queue that this worker took. */
export interface TakenTask {
  readonly name: TaskName
  /** Empty for tasks of no single dataset. */
  readonly dataset: string
  /** The time from which a worker could take it. */
  readonly readyAt: Date
  /** Number of starts of this task, with this one. */
  readonly attempt: number
  /** The trace of the request that queued it. */
  readonly traceparent: string | null
}

/** Runs a task, counts it, and records it in the trace of the request that queued it. */
export async function observeTask(
  { meter, pulse, worker }: Pick<TaskContext, 'meter' | 'pulse' | 'worker'>,
  task: TakenTask,
  work: () => Promise<TaskOutcome>,
): Promise<void> {
  const { name, dataset, readyAt, attempt, traceparent } = task
  const labels = { task: name, dataset }
  // Later starts waited for the end of an earlier one, and not only in the queue.
  if (attempt === 1) {
    meter.add('waitSeconds', labels, Math.max(0, Date.now() - readyAt.getTime()) / 1000)
    startSpan('wait in queue', { parent: traceparent, startedAt: readyAt, attributes: { 'actbench.task': name } }).end()
  }
  const started = performance.now()
  meter.setTask(name)
  const attributes = {
    'actbench.task': name,
    'actbench.dataset': dataset,
    'actbench.attempt': attempt,
    'actbench.worker': `worker-${worker.id}`,
    'actbench.backend': worker.backend,
  }
  try {
    await inSpan(name, { kind: 'consumer', parent: traceparent, attributes }, async (span) => {
      const outcome = await pulse.during(work)
      meter.add('tasks', { ...labels, outcome })
      span.setAttributes({ 'actbench.outcome': outcome })
      if (outcome === 'failed') span.fail(outcome)
    })
  } catch (error) {
    meter.add('tasks', { ...labels, outcome: 'error' })
    throw error
  } finally {
    meter.add('taskSeconds', labels, (performance.now() - started) / 1000)
    meter.setTask(null)
  }
}
