import { ACT_BENCH_SCHEMAS } from '../../activations/search-space.js'
import { PUBLISHED_DATASETS } from '../../datasets/published-datasets.js'
import type { Database } from '../../db/connection/client.js'
import { inTransaction } from '../../db/connection/in-transaction.js'
import { openPublishedDataset } from '../../db/imports/published-rows.js'
import { findPublishedVersion } from './published-recipe.js'

/** A dataset that a worker can train. */
export interface TrainedHere {
  readonly name: string
  readonly spectrumLength: number | null
}

/**
 * Makes a published dataset trainable, because a worker has its pictures (docs/decisions/0032-published-networks.md). If it
 * does not exist, it is created without evaluations. If it does, it gets the version of the recipe; measurements stay.
 * Returns whether the dataset is new. Nothing happens for datasets of other names, and for those of clients.
 */
export async function openPublished(database: Database, { name, spectrumLength }: TrainedHere): Promise<boolean> {
  const version = findPublishedVersion(name)
  if (version === null) return false
  const { title, architecture, task } = PUBLISHED_DATASETS[name]
  return inTransaction(database, (db) =>
    openPublishedDataset(db.$kysely, {
      ...{ name, version, title, architecture, task, spectrumLength, searchSpace: ACT_BENCH_SCHEMAS },
      description: `Activation functions, each with ${architecture}, trained by this service. "actbench import ${name}" adds the published results.`,
    }),
  )
}
