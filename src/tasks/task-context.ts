import type { Logger } from 'pino'
import type { Database } from '../db/connection/client.js'
import type { Backend } from '../networks/backends/backend.js'
import type { TrainingWorker } from '../services/trainings/start-training.js'
import type { Pulse } from '../worker-liveness/pulse.js'
import type { RunningTraining } from './running-training.js'
import type { WorkerDatasets } from './worker-datasets.js'
import type { WorkerMeter } from './worker-meter.js'

/** The environment that the tasks of a worker share. */
export interface TaskContext {
  readonly database: Database
  readonly worker: TrainingWorker
  readonly backend: Backend
  /** The datasets that this worker can train. */
  readonly datasets: WorkerDatasets
  /** Folder with the pictures of tasks that are not drawn by a formula. */
  readonly tasksFolder: string
  /** Aborted when the worker stops; tasks then hand back their work. */
  readonly closing: AbortSignal
  /** The trainings that run in this process. */
  readonly running: Set<RunningTraining>
  /** Tasks call its `beat` when they make progress. */
  readonly pulse: Pulse
  /** Counts what the worker does, for the operator's metrics. */
  readonly meter: WorkerMeter
  readonly log: Logger
  /**
   * Ends the process, because its tasks were given to other workers. It must not return: the queue would then record the
   * task as done, although another worker runs it.
   */
  leave(reason: string): never
}
