import type { Database } from '../../db/connection/client.js'
import { insertVerification } from '../../db/snapshots/verifications.js'
import { getDataset } from '../datasets/get-dataset.js'

/** What a verification found. */
export interface NewVerification {
  readonly dataset: string
  readonly version: string
  readonly seed: number
  readonly tolerance: number
  readonly outcomes: readonly {
    readonly expression: string
    readonly outcome: 'IDENTICAL' | 'CLOSE' | 'DIFFERENT' | 'FAILED'
  }[]
  readonly storedBackends: readonly string[]
  /** Where the runs were trained again; null if none was. */
  readonly machine: { readonly backend: string | null; readonly device: string | null } | null
  readonly host: string
  readonly softwareVersion: string
}

/** Expressions of runs that differ. Of more, only the number is kept. */
const MOST_PROBLEMS = 100

/** Stores the result of a verification, which the API shows next to the dataset. Throws NOT_FOUND. */
export async function storeVerification(database: Database, found: NewVerification): Promise<void> {
  const { id } = await getDataset(database.prisma, found.dataset)
  const { outcomes, machine } = found
  const count = (wanted: string) => outcomes.filter(({ outcome }) => outcome === wanted).length
  const wrong = outcomes.filter(({ outcome }) => outcome === 'DIFFERENT' || outcome === 'FAILED')
  await insertVerification(database.kysely, {
    ...{ dataset_id: id, dataset_version: found.version, seed: found.seed, tolerance: found.tolerance },
    ...{ runs: outcomes.length, identical: count('IDENTICAL'), close: count('CLOSE') },
    ...{ different: count('DIFFERENT'), failed: count('FAILED') },
    ...{ backend: machine?.backend ?? null, device: machine?.device ?? null, host: found.host },
    ...{ software_version: found.softwareVersion, stored_backends: [...found.storedBackends] },
    problems: wrong.slice(0, MOST_PROBLEMS).map(({ expression }) => expression),
  })
}
