import type { Kysely } from 'kysely'
import { byPosition, inOrder } from '../statements/align.js'
import { compileOnce, type Placeholders } from '../statements/compile-once.js'
import type { Tables } from '../tables/generated.js'
import { anyOf, listOf, unnest } from '../tables/lists.js'

const outputsOf = compileOnce((db, { ids }: Placeholders<{ ids: readonly number[] }>) =>
  db
    .selectFrom('activation_outputs as o')
    .select(['o.activation_id as id', 'o.values'])
    .where('o.activation_id', '=', anyOf(ids)),
)

/** The stored outputs of each activation, as little-endian float32, or null. */
export async function findOutputs(
  db: Kysely<Tables>,
  activationIds: readonly number[],
): Promise<(Uint8Array | null)[]> {
  const rows = await outputsOf(db, { ids: activationIds })
  return inOrder(activationIds, rows, (row) => row.id).map((row) => row?.values ?? null)
}

export interface SpectrumKey {
  readonly datasetId: number
  readonly activationId: number
}

interface SpectrumKeys {
  readonly datasetIds: readonly number[]
  readonly activationIds: readonly number[]
}

const SPECTRUM_COLUMNS = {
  values: compileOnce((db, keys: Placeholders<SpectrumKeys>) => selectSpectra(db, keys).select('f.values')),
  reason: compileOnce((db, keys: Placeholders<SpectrumKeys>) => selectSpectra(db, keys).select('f.reason')),
}

/** The Fisher spectrum of each activation in the dataset's current version, as little-endian float32; null if none. */
export async function findFisherSpectra(
  db: Kysely<Tables>,
  keys: readonly SpectrumKey[],
): Promise<(Uint8Array | null)[]> {
  const rows = await SPECTRUM_COLUMNS.values(db, toLists(keys))
  return byPosition(keys, rows).map((row) => row?.values ?? null)
}

/** Why the Fisher spectrum of each activation could not be computed; null if it was computed or never tried. */
export async function findSpectrumFailures(
  db: Kysely<Tables>,
  keys: readonly SpectrumKey[],
): Promise<(string | null)[]> {
  const rows = await SPECTRUM_COLUMNS.reason(db, toLists(keys))
  return byPosition(keys, rows).map((row) => row?.reason ?? null)
}

function selectSpectra(db: Kysely<Tables>, { datasetIds, activationIds }: Placeholders<SpectrumKeys>) {
  return db
    .selectFrom(unnest('k', { dataset_id: listOf('int4', datasetIds), activation_id: listOf('int4', activationIds) }))
    .innerJoin('datasets as d', 'd.id', 'k.dataset_id')
    .innerJoin('fisher_spectra as f', (join) =>
      join
        .onRef('f.dataset_id', '=', 'd.id')
        .onRef('f.activation_id', '=', 'k.activation_id')
        .onRef('f.dataset_version', '=', 'd.version'),
    )
    .select('k.position')
}

function toLists(keys: readonly SpectrumKey[]): SpectrumKeys {
  return { datasetIds: keys.map((key) => key.datasetId), activationIds: keys.map((key) => key.activationId) }
}
