import { type Kysely, sql } from 'kysely'
import { refreshMedians } from '../evaluations/refresh-medians.js'
import type { Tables } from '../tables/generated.js'

/** A published dataset before its file is imported. */
export interface OpenedDataset {
  readonly name: string
  /** The version of the recipe. */
  readonly version: string
  readonly title: string
  readonly description: string
  readonly architecture: string
  readonly task: string
  readonly searchSpace: readonly string[]
  readonly spectrumLength: number | null
}

/**
 * Creates the dataset without evaluations, or gives an existing one the version of the recipe. Spectra of the file stay
 * valid: no recipe changes them. Returns whether it is new.
 */
export async function openPublishedDataset(db: Kysely<Tables>, dataset: OpenedDataset): Promise<boolean> {
  const { name, version, title, description, architecture, task, searchSpace, spectrumLength } = dataset
  const created = await db
    .insertInto('datasets')
    .values({
      ...{ name, version, title, description, architecture, task, trainable: true, origin: 'TRAINED' },
      ...{ search_space: [...searchSpace], fisher_spectrum_length: spectrumLength },
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (created) return true
  const moved = await db
    .updateTable('datasets')
    .set((eb) => ({
      ...{ version, trainable: true, updated_at: sql<Date>`now()` },
      fisher_spectrum_length: eb.fn.coalesce('fisher_spectrum_length', eb.val(spectrumLength)),
    }))
    .where('name', '=', name)
    .where('origin', 'in', ['IMPORTED', 'TRAINED'])
    .where((eb) => eb.or([eb('version', '<>', version), eb('trainable', '=', false)]))
    .returning('id')
    .executeTakeFirst()
  if (moved) await moveFileSpectra(db, moved.id, version)
  return false
}

async function moveFileSpectra(db: Kysely<Tables>, datasetId: number, version: string): Promise<void> {
  await db
    .updateTable('fisher_spectra')
    .set({ dataset_version: version })
    .where('dataset_id', '=', datasetId)
    .where('activation_id', 'in', importedFunctions(db, datasetId))
    .execute()
}

function importedFunctions(db: Kysely<Tables>, datasetId: number) {
  return db
    .selectFrom('evaluations')
    .select('activation_id')
    .where('dataset_id', '=', datasetId)
    .where('origin', '=', 'IMPORTED')
}

/**
 * Deletes what a file brought into a published dataset. Runs that were trained or reported here stay, and so do their
 * evaluations, as medians of these runs, and the spectra of functions that were not in the file. Returns the number of
 * evaluations that stay.
 */
export async function clearPublished(db: Kysely<Tables>, datasetId: number): Promise<number> {
  await db.deleteFrom('source_rows').where('dataset_id', '=', datasetId).execute()
  await db
    .deleteFrom('fisher_spectra')
    .where('dataset_id', '=', datasetId)
    .where('activation_id', 'in', importedFunctions(db, datasetId))
    .execute()
  // A run of a table has neither a backend nor a job nor a key.
  await db
    .deleteFrom('runs')
    .where('dataset_id', '=', datasetId)
    .where('backend', 'is', null)
    .where('training_job_id', 'is', null)
    .where('api_key_id', 'is', null)
    .execute()
  await db
    .deleteFrom('evaluations as e')
    .where('e.dataset_id', '=', datasetId)
    .where((eb) => eb.not(eb.exists(eb.selectFrom('runs as r').whereRef('r.evaluation_id', '=', 'e.id'))))
    .execute()
  // Several spellings of a function may have runs. Only evaluations of a file may be several.
  await mergeEvaluations(db, await pairsOf(db, datasetId).whereRef('t.id', '>', 'i.id').execute())
  const kept = await db
    .updateTable('evaluations')
    .set({ origin: 'TRAINED' })
    .where('dataset_id', '=', datasetId)
    .returning('id')
    .execute()
  for (const { id } of kept) await refreshMedians(db, id)
  return kept.length
}

/**
 * Gives runs that were trained here to the evaluation of the file if it has the function under another spelling, so that a
 * function has one evaluation, as before the import.
 */
export async function joinTrainedRuns(db: Kysely<Tables>, datasetId: number): Promise<void> {
  const pairs = pairsOf(db, datasetId).where('t.origin', '<>', 'IMPORTED').where('i.origin', '=', 'IMPORTED')
  await mergeEvaluations(db, await pairs.execute())
}

/** Evaluations `t` of a dataset, each with the oldest other one `i` of the same function. */
function pairsOf(db: Kysely<Tables>, datasetId: number) {
  return db
    .selectFrom('evaluations as t')
    .innerJoin('evaluations as i', (join) =>
      join
        .onRef('i.dataset_id', '=', 't.dataset_id')
        .onRef('i.activation_id', '=', 't.activation_id')
        .onRef('i.id', '<>', 't.id'),
    )
    .select(({ fn }) => ['t.id', fn.min<number>('i.id').as('into')])
    .where('t.dataset_id', '=', datasetId)
    .groupBy('t.id')
}

/** Moves the runs and suggestions of evaluations, and deletes these. */
async function mergeEvaluations(
  db: Kysely<Tables>,
  pairs: readonly { readonly id: number; readonly into: number }[],
): Promise<void> {
  for (const { id, into } of pairs) {
    await db.updateTable('runs').set({ evaluation_id: into }).where('evaluation_id', '=', id).execute()
    await db.updateTable('suggestions').set({ evaluation_id: into }).where('evaluation_id', '=', id).execute()
    await db.deleteFrom('evaluations').where('id', '=', id).execute()
  }
}
