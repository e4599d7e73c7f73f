import { type Kysely, sql } from 'kysely'
import type { Dataset } from '../generated/client.js'
import type { Tables } from '../tables/generated.js'

/** A finite activation that a surrogate may predict. */
export interface FitCandidate {
  readonly activationId: number
  readonly hasSpectrum: boolean
}

/**
 * The finite activations for a surrogate of the dataset, at most `limit`: the measured ones first, then those with a
 * usable spectrum, then the others, each by rising id. The result is sorted by id.
 */
export async function listFitCandidates(db: Kysely<Tables>, dataset: Dataset, limit: number): Promise<FitCandidate[]> {
  return db
    .selectFrom((eb) =>
      eb
        .selectFrom('activations as a')
        .innerJoin('activation_outputs as o', 'o.activation_id', 'a.id')
        .leftJoin('fisher_spectra as f', (join) =>
          join
            .onRef('f.activation_id', '=', 'a.id')
            .on('f.dataset_id', '=', dataset.id)
            .on('f.dataset_version', '=', dataset.version)
            .on(sql<number>`octet_length(f."values")`, '=', (dataset.fisherSpectrumLength ?? 0) * 4),
        )
        .leftJoin(
          (eb) =>
            eb
              .selectFrom('evaluations as e')
              .distinct()
              .select('e.activation_id')
              .where('e.dataset_id', '=', dataset.id)
              .where('e.validation_accuracy', 'is not', null)
              .as('measured'),
          (join) => join.onRef('measured.activation_id', '=', 'a.id'),
        )
        .select(['a.id as activationId', sql<boolean>`f.activation_id is not null`.as('hasSpectrum')])
        .where('a.is_finite', '=', true)
        .orderBy((eb) => eb('measured.activation_id', 'is', null))
        .orderBy((eb) => eb('f.activation_id', 'is', null))
        .orderBy('a.id')
        .limit(limit)
        .as('candidates'),
    )
    .select(['candidates.activationId', 'candidates.hasSpectrum'])
    .orderBy('candidates.activationId')
    .execute()
}
