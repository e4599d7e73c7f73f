import type pg from 'pg'
import type { RunsOwner } from '../evaluations/insert-runs.js'
import { toLittleEndianBytes } from '../statements/float32.js'
import { inChunks } from '../statements/in-chunks.js'

export interface NewSpectrum {
  readonly activationId: number
  readonly values: Float32Array | null
  /** Why there are no values. */
  readonly reason: string | null
}

/** Stores spectra; one of another version of the dataset is replaced, one of this version stays. */
export async function insertSpectra(
  client: pg.ClientBase,
  { datasetId, datasetVersion }: RunsOwner,
  spectra: readonly NewSpectrum[],
): Promise<void> {
  await inChunks(spectra, 500, (chunk) =>
    client.query(INSERT_SPECTRA, [
      datasetId,
      datasetVersion,
      chunk.map((spectrum) => spectrum.activationId),
      chunk.map(({ values }) => values && Buffer.from(toLittleEndianBytes(values))),
      chunk.map(({ reason }) => reason),
    ]),
  )
}

const INSERT_SPECTRA = `
  INSERT INTO fisher_spectra (dataset_id, activation_id, dataset_version, values, reason)
  SELECT DISTINCT ON (new.activation_id) $1::int, new.activation_id, $2::text, new.values, new.reason
  FROM unnest($3::int[], $4::bytea[], $5::text[]) AS new (activation_id, values, reason)
  ORDER BY new.activation_id
  ON CONFLICT (dataset_id, activation_id) DO UPDATE
  SET dataset_version = excluded.dataset_version, values = excluded.values, reason = excluded.reason, created_at = now()
  WHERE fisher_spectra.dataset_version <> excluded.dataset_version`
