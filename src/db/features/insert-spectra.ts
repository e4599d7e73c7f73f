import { type Kysely, sql } from 'kysely'
import { toLittleEndianBytes } from '../statements/float32.js'
import { inChunks } from '../statements/in-chunks.js'
import type { Tables } from '../tables/generated.js'
import { listOf, unnest } from '../tables/lists.js'

export interface NewSpectrum {
  readonly activationId: number
  readonly values: Float32Array | null
  /** Why the values are missing. */
  readonly reason: string | null
}

/** Stores spectra. A stored spectrum of another version of the dataset is replaced; one of this version stays. */
export async function insertSpectra(
  db: Kysely<Tables>,
  { datasetId, datasetVersion }: { readonly datasetId: number; readonly datasetVersion: string },
  spectra: readonly NewSpectrum[],
): Promise<void> {
  await inChunks(spectra, 500, (chunk) => {
    const rows = unnest('n', {
      activation_id: listOf(
        'int4',
        chunk.map(({ activationId }) => activationId),
      ),
      values: listOf(
        'bytea',
        chunk.map(({ values }) => values && Buffer.from(toLittleEndianBytes(values))),
      ),
      reason: listOf(
        'text',
        chunk.map(({ reason }) => reason),
      ),
    })
    return db
      .insertInto('fisher_spectra')
      .columns(['dataset_id', 'activation_id', 'dataset_version', 'values', 'reason'])
      .expression((eb) =>
        eb
          .selectFrom(rows)
          .distinctOn('n.activation_id')
          .select([sql<number>`${datasetId}::int`.as('dataset_id'), 'n.activation_id'])
          .select([sql<string>`${datasetVersion}::text`.as('dataset_version'), 'n.values', 'n.reason'])
          .orderBy('n.activation_id')
          .orderBy('n.position'),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['dataset_id', 'activation_id'])
          .doUpdateSet((eb) => ({
            dataset_version: eb.ref('excluded.dataset_version'),
            values: eb.ref('excluded.values'),
            reason: eb.ref('excluded.reason'),
            created_at: sql<Date>`now()`,
          }))
          .whereRef('fisher_spectra.dataset_version', '<>', 'excluded.dataset_version'),
      )
      .execute()
  })
}
