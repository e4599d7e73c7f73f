import { type Kysely, sql } from 'kysely'
import { toLittleEndianBytes } from '../statements/float32.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'
import type { NewSpectrum } from './insert-spectra.js'

// Spectra that clients and operators give to a dataset, in contrast to those that workers compute.

/** A version of a dataset, to which spectra belong. */
export interface SpectraOwner {
  readonly datasetId: number
  readonly datasetVersion: string
}

/** Makes others that give spectra to this dataset wait until the transaction ends. */
export async function lockSpectra(db: Kysely<Tables>, datasetId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('given spectra'), ${datasetId}::int)`.execute(db)
}

/** The stored spectra of these functions, as little-endian float32; null for a function that is known to have none. */
export async function findGivenSpectra(
  db: Kysely<Tables>,
  { datasetId, datasetVersion }: SpectraOwner,
  activationIds: readonly number[],
): Promise<Map<number, Buffer | null>> {
  const rows = await db
    .selectFrom('fisher_spectra as f')
    .select(['f.activation_id as id', 'f.values'])
    .where('f.dataset_id', '=', datasetId)
    .where('f.dataset_version', '=', datasetVersion)
    .where('f.activation_id', '=', anyOf(activationIds))
    .execute()
  return new Map(rows.map(({ id, values }) => [id, values]))
}

/** Stores spectra of distinct functions, in place of those that are stored. */
export async function writeSpectra(
  db: Kysely<Tables>,
  { datasetId, datasetVersion }: SpectraOwner,
  spectra: readonly NewSpectrum[],
): Promise<void> {
  const column = <Value>(select: (spectrum: NewSpectrum) => Value) => spectra.map(select)
  const rows = unnest('n', {
    activation_id: listOf(
      'int4',
      column(({ activationId }) => activationId),
    ),
    values: listOf(
      'bytea',
      column(({ values }) => values && Buffer.from(toLittleEndianBytes(values))),
    ),
    reason: listOf(
      'text',
      column(({ reason }) => reason),
    ),
  })
  // The time of the statement, not of the transaction: whoever keeps spectra in memory asks for the newest time.
  const writtenAt = sql<Date>`clock_timestamp()`
  await db
    .insertInto('fisher_spectra')
    .columns(['dataset_id', 'activation_id', 'dataset_version', 'values', 'reason', 'created_at'])
    .expression((eb) =>
      eb
        .selectFrom(rows)
        .select([sql<number>`${datasetId}::int`.as('dataset_id'), 'n.activation_id'])
        .select([sql<string>`${datasetVersion}::text`.as('dataset_version'), 'n.values', 'n.reason'])
        .select(writtenAt.as('created_at'))
        .orderBy('n.activation_id'),
    )
    .onConflict((conflict) =>
      conflict.columns(['dataset_id', 'activation_id']).doUpdateSet((eb) => ({
        dataset_version: eb.ref('excluded.dataset_version'),
        values: eb.ref('excluded.values'),
        reason: eb.ref('excluded.reason'),
        created_at: eb.ref('excluded.created_at'),
      })),
    )
    .execute()
}

/** The number of stored spectra of a dataset. */
export async function countSpectra(db: Kysely<Tables>, datasetId: number): Promise<number> {
  const { count } = await db
    .selectFrom('fisher_spectra as f')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('f.dataset_id', '=', datasetId)
    .executeTakeFirstOrThrow()
  return count
}

/** Rows that one statement deletes, so that none exceeds the time limit of a statement. */
const CHUNK = 10_000

/** Deletes all spectra of a dataset and returns their number. */
export async function deleteSpectra(db: Kysely<Tables>, datasetId: number): Promise<number> {
  for (let total = 0; ; ) {
    const { numDeletedRows } = await db
      .deleteFrom('fisher_spectra')
      .where(
        sql`ctid`,
        '=',
        sql`any(array(select ctid from fisher_spectra where dataset_id = ${datasetId}::int limit ${CHUNK}::int))`,
      )
      .executeTakeFirstOrThrow()
    total += Number(numDeletedRows)
    if (numDeletedRows < BigInt(CHUNK)) return total
  }
}

/** Records the number of values of the spectra of a dataset; null if it has none any more. */
export async function setSpectrumLength(db: Kysely<Tables>, datasetId: number, length: number | null): Promise<void> {
  await db
    .updateTable('datasets')
    .set({ fisher_spectrum_length: length, updated_at: sql<Date>`now()` })
    .where('id', '=', datasetId)
    .execute()
}
