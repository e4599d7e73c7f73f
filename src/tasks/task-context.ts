import type { Logger } from 'pino'
import type { Database } from '../db/connection/client.js'
import type { Backend } from '../networks/backends/backend.js'
import type { TrainingWorker } from '../services/trainings/start-training.js'
import type { Pulse } from '../worker-liveness/pulse.js'
import type { RunningTraining } from './running-training.js'

/** What the tasks of a worker share. */
export interface TaskContext {
  readonly database: Database
  readonly worker: TrainingWorker
  readonly backend: Backend
  /** Where the pictures of tasks lie that are not drawn by formula. */
  readonly tasksFolder: string
  /** Aborted when the worker is to stop: tasks hand back what they do. */
  readonly closing: AbortSignal
  /** The trainings that this process does now. */
  readonly running: Set<RunningTraining>
  /** Beaten by tasks as they come on. */
  readonly pulse: Pulse
  readonly log: Logger
  /**
   * Ends the process: its tasks were given to others. It must not return from the task, since the queue would then take
   * the task for done that another worker is doing.
   */
  leave(reason: string): never
}
