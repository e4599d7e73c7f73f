import type { Database } from '../db/connection/client.js'
import { isConnectionError } from '../db/connection/connection-errors.js'
import { listPresentDefinitions } from '../db/datasets/task-definitions.js'
import { measureNetwork } from '../features/measure-network.js'
import type { OpenedBackend } from '../networks/backends/opened-backend.js'
import type { TaskDefinition } from '../networks/own-tasks/task-definition.js'
import type { TrainableDataset } from '../networks/recipes/trainable-dataset.js'
import { findTaskProblem, TRAINABLE_DATASETS } from '../networks/recipes/trainable-datasets.js'
import { findMemoryProblem } from '../networks/training/memory-problem.js'
import { openPublished } from '../services/imports/open-published.js'
import { findPublishedVersion } from '../services/imports/published-recipe.js'
import type { TaskPlaces } from '../task-folders/find-task-folders.js'
import { openOwnDataset } from '../task-folders/open-own-dataset.js'

/**
 * The datasets that a worker can train now: built-in ones whose pictures are here, and tasks whose folder is here, if a step
 * fits into the memory of its backend.
 */
export interface WorkerDatasets {
  list(): readonly TrainableDataset[]
  /** The dataset of this name; undefined if this worker cannot train it now. */
  find(name: string): TrainableDataset | undefined
  /**
   * Looks again which tasks are registered and which of their folders are complete. `onChange` of `openWorkerDatasets` is
   * awaited if something changed.
   */
  refresh(): Promise<void>
}

export interface WorkerDatasetsOptions {
  readonly places: TaskPlaces
  /** The backend of the worker. */
  readonly backend: OpenedBackend['name']
  onChange(datasets: readonly TrainableDataset[]): Promise<void>
  /** Receives each new reason why a dataset cannot be trained here. */
  onProblem(dataset: string, problem: string): void
}

/** The datasets of a worker. Tasks are looked up by `refresh`, so at first there are only built-in ones. */
export function openWorkerDatasets(database: Database, options: WorkerDatasetsOptions): WorkerDatasets {
  const { places, backend, onChange, onProblem } = options
  const problems = new Map<string, string>()
  const note = (name: string, problem: string | null) => {
    if (problem === null) problems.delete(name)
    else if (problems.get(name) !== problem) {
      problems.set(name, problem)
      onProblem(name, problem)
    }
    return problem === null
  }
  const here = [...TRAINABLE_DATASETS.values()].filter((dataset) =>
    note(dataset.name, findTaskProblem(dataset, places.tasksFolder)),
  )
  const builtIn = here.filter((dataset) => note(dataset.name, findMemoryProblem(dataset, backend)))
  let own: readonly OwnEntry[] = []
  const list = () => [...builtIn, ...own.map(({ dataset }) => dataset)]
  let running: Promise<void> = Promise.resolve()
  let isOpen = false

  /**
   * The published datasets whose pictures are here exist from now on, also without their files. Those that do not fit into
   * the memory of this worker wait for another one.
   */
  async function openBuiltIn(): Promise<void> {
    for (const dataset of here) {
      if (findPublishedVersion(dataset.name) === null) continue
      await openPublished(database, { name: dataset.name, ...measureNetwork(dataset) })
    }
    isOpen = true
  }

  async function look(): Promise<void> {
    const read = async () => {
      if (!isOpen) await openBuiltIn()
      return listPresentDefinitions(database.kysely)
    }
    const definitions = await read().catch((error) => {
      if (isConnectionError(error)) return null
      throw error
    })
    if (definitions === null) return
    const found: OwnEntry[] = []
    for (const { name, definition: text } of definitions) {
      const known = own.find((entry) => entry.text === text)
      if (known?.dataset.task.isIntact?.()) {
        found.push(known)
        continue
      }
      const { dataset, problem } = openOwnDataset(JSON.parse(text) as TaskDefinition, places)
      const canTrain = note(name, problem ?? (dataset && findMemoryProblem(dataset, backend)))
      if (dataset && canTrain) found.push({ text, dataset })
    }
    const isSame = found.length === own.length && found.every((entry, i) => entry === own[i])
    own = found
    if (!isSame) await onChange(list())
  }

  return {
    list,
    find: (name) => list().find((each) => each.name === name),
    refresh() {
      running = running.catch(() => {}).then(look)
      return running
    },
  }
}

interface OwnEntry {
  /** The definition as the database has it. */
  readonly text: string
  readonly dataset: TrainableDataset
}
