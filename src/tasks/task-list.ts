import type { TaskList } from 'graphile-worker'
import { type TaskName, taskIdentifier } from '../db/queue.js'
import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import { computeFeatures } from './compute-features.js'
import { observeTask, type TaskOutcome } from './observe-task.js'
import type { TaskContext } from './task-context.js'
import { trainActivation } from './train-activation.js'
import { updateSurrogate } from './update-surrogate.js'

/**
 * Fills the list of tasks that the queue gives to this worker. Each dataset and version has its own identifiers. The queue
 * reads the list each time it looks for a task, so it may change while the worker runs.
 */
export function fillTaskList(
  tasks: TaskList,
  getContext: () => TaskContext,
  datasets: readonly TrainableDataset[],
): void {
  const outdated = new Set(Object.keys(tasks))
  const add = <Name extends TaskName>(name: Name, dataset: TrainableDataset | undefined, run: Run<Name>) => {
    const identifier = taskIdentifier(name, dataset)
    outdated.delete(identifier)
    tasks[identifier] = async (payload, { job }) => {
      const { traceparent = null } = payload as { traceparent?: string }
      const readyAt = new Date(Math.max(job.run_at.getTime(), job.created_at.getTime()))
      const task = { name, dataset: dataset?.name ?? '', readyAt, attempt: job.attempts, traceparent }
      const context = getContext()
      await observeTask(context, task, () => run(context, payload as GraphileWorker.Tasks[Name], job.attempts))
    }
  }
  add('update_surrogate', undefined, ({ database, closing, pulse }, payload) =>
    updateSurrogate(database, payload, { signal: closing, onProgress: pulse.beat }),
  )
  for (const dataset of datasets) {
    add('train_activation', dataset, trainActivation)
    add('compute_features', dataset, computeFeatures)
  }
  for (const identifier of outdated) delete tasks[identifier]
}

type Run<Name extends TaskName> = (
  context: TaskContext,
  payload: GraphileWorker.Tasks[Name],
  attempt: number,
) => Promise<TaskOutcome>
