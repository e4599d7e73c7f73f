import { type Kysely, sql } from 'kysely'
import { taskKey } from '../queue.js'
import { hasTask } from '../statements/queued-tasks.js'
import type { Tables } from '../tables/generated.js'
import { listOf, unnest } from '../tables/lists.js'
import { withQueueTables } from '../tables/queue-tables.js'
import type { EndedWork } from './ended-work.js'

/** A dataset whose spectra are computed. */
export interface SpectraOf {
  readonly id: number
  readonly version: string
}

/** The state of the spectrum of a function. */
export interface SpectrumState {
  readonly id: number
  readonly isStored: boolean
  /** Why the stored row has no values. */
  readonly reason: string | null
  readonly isQueued: boolean
}

/** The states of the spectra of these functions, in the same order. */
export function listSpectrumStates(
  db: Kysely<Tables>,
  dataset: SpectraOf,
  activationIds: readonly number[],
): Promise<SpectrumState[]> {
  return selectSpectra(db, dataset, activationIds)
    .select((eb) => [
      'k.id',
      eb('f.activation_id', 'is not', null).$castTo<boolean>().as('isStored'),
      'f.reason',
      sql<boolean>`${hasTask(spectrumKey(dataset))}`.as('isQueued'),
    ])
    .orderBy('k.position')
    .execute()
}

/** Those of these functions whose spectrum is stored, or whose task no longer exists. */
export function listEndedSpectra(
  db: Kysely<Tables>,
  dataset: SpectraOf,
  activationIds: readonly number[],
): Promise<EndedWork[]> {
  return selectSpectra(db, dataset, activationIds)
    .leftJoin('activations as a', 'a.id', 'k.id')
    .select((eb) => [
      'k.id',
      eb.fn.coalesce('a.expression', sql.lit('')).as('expression'),
      sql<number | null>`null::float8`.as('accuracy'),
      sql<string | null>`case when f.activation_id is null then 'its task was withdrawn' else f.reason end`.as(
        'failure',
      ),
    ])
    .where((eb) => eb.or([eb('f.activation_id', 'is not', null), eb.not(hasTask(spectrumKey(dataset)))]))
    .orderBy('f.created_at')
    .orderBy('k.id')
    .execute()
}

/** The keys of a dataset's spectra that wait in the queue with this priority. */
export async function listWaitingSpectra(db: Kysely<Tables>, datasetId: number, priority: number): Promise<string[]> {
  const rows = await withQueueTables(db)
    .selectFrom('graphile_worker.jobs as q')
    .select('q.key')
    .where((eb) => eb.fn<boolean>('starts_with', ['q.key', eb.val(`${taskKey('compute_features', datasetId)}:`)]))
    .where('q.priority', '=', priority)
    .where('q.locked_at', 'is', null)
    .$narrowType<{ key: string }>()
    .execute()
  return rows.map(({ key }) => key)
}

/** Functions `k` with their spectra `f` for the dataset's present version. */
function selectSpectra(db: Kysely<Tables>, dataset: SpectraOf, activationIds: readonly number[]) {
  return db
    .selectFrom(unnest('k', { id: listOf('int4', activationIds) }))
    .leftJoin('fisher_spectra as f', (join) =>
      join
        .on('f.dataset_id', '=', dataset.id)
        .onRef('f.activation_id', '=', 'k.id')
        .on('f.dataset_version', '=', dataset.version),
    )
}

/** The key of the task for the spectrum of function `k`. */
function spectrumKey({ id }: SpectraOf) {
  return sql<string>`${`${taskKey('compute_features', id)}:`} || k.id`
}
