import type { Db } from '../connection/client.js'
import type { Dataset } from '../generated/client.js'

/** A finite activation that a surrogate may hold a place for. */
export interface FitCandidate {
  readonly activationId: number
  readonly hasSpectrum: boolean
}

/**
 * The finite activations for a surrogate of the dataset, at most `limit`: the measured ones first, then those with a
 * usable spectrum, then the others, each in the order of their ids. Returned in the order of their ids.
 */
export async function listFitCandidates(db: Db, dataset: Dataset, limit: number): Promise<FitCandidate[]> {
  return db.$queryRaw<FitCandidate[]>`
    SELECT * FROM (
      SELECT a.id AS "activationId", s.activation_id IS NOT NULL AS "hasSpectrum"
      FROM activations a
      JOIN activation_outputs o ON o.activation_id = a.id
      LEFT JOIN fisher_spectra s ON s.activation_id = a.id AND s.dataset_id = ${dataset.id}
        AND s.dataset_version = ${dataset.version} AND octet_length(s."values") = ${(dataset.fisherSpectrumLength ?? 0) * 4}
      LEFT JOIN (
        SELECT DISTINCT activation_id FROM evaluations
        WHERE dataset_id = ${dataset.id} AND validation_accuracy IS NOT NULL
      ) AS measured ON measured.activation_id = a.id
      WHERE a.is_finite
      ORDER BY measured.activation_id IS NULL, s.activation_id IS NULL, a.id
      LIMIT ${limit}
    ) AS candidates ORDER BY "activationId"`
}
