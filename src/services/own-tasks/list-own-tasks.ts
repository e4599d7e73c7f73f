import type { Database } from '../../db/connection/client.js'
import { type ListedOwnDataset, listOwnDatasets } from '../../db/datasets/task-definitions.js'
import { taskIdentifier } from '../../db/queue.js'
import { listConnectedWorkers } from '../../db/workers/list-connected.js'

export interface ListedTask extends ListedOwnDataset {
  /** Number of connected workers that take its trainings. */
  readonly workers: number
}

/** The tasks that `registerTask` registered, in their present versions, by name. */
export async function listOwnTasks({ kysely }: Database): Promise<ListedTask[]> {
  const workers = await listConnectedWorkers(kysely)
  return (await listOwnDatasets(kysely)).map((dataset) => {
    const identifier = taskIdentifier('train_activation', dataset)
    return { ...dataset, workers: workers.filter(({ tasks }) => tasks.includes(identifier)).length }
  })
}
