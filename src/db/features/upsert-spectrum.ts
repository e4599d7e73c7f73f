import type { Insertable, Kysely } from 'kysely'
import { now } from '../statements/time.js'
import type { FisherSpectrum, Tables } from '../tables/generated.js'

/** Stores a spectrum. A spectrum of another version of the dataset is replaced; otherwise the first one stays. */
export async function upsertSpectrum(
  db: Kysely<Tables>,
  spectrum: Omit<Insertable<FisherSpectrum>, 'created_at'>,
): Promise<void> {
  await db
    .insertInto('fisher_spectra')
    .values(spectrum)
    .onConflict((conflict) =>
      conflict
        .columns(['dataset_id', 'activation_id'])
        .doUpdateSet((eb) => ({
          dataset_version: eb.ref('excluded.dataset_version'),
          values: eb.ref('excluded.values'),
          reason: eb.ref('excluded.reason'),
          created_at: now,
        }))
        .whereRef('fisher_spectra.dataset_version', '<>', 'excluded.dataset_version'),
    )
    .execute()
}
