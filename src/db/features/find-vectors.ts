import type { Queryable } from '../statements/rows.js'

/** The stored outputs of each activation, little-endian float32; null where there are none. */
export async function findOutputs(db: Queryable, activationIds: readonly number[]): Promise<(Uint8Array | null)[]> {
  const { rows } = await db.query(
    `select o.activation_id as id, o.values from activation_outputs o where o.activation_id = any($1::int[])`,
    [activationIds],
  )
  const found = new Map<number, Uint8Array>(rows.map((row) => [row.id, row.values]))
  return activationIds.map((id) => found.get(id) ?? null)
}

export interface SpectrumKey {
  readonly datasetId: number
  readonly activationId: number
}

/** Each activation's Fisher spectrum in the dataset's present version, little-endian float32; null where there is none. */
export function findFisherSpectra(db: Queryable, keys: readonly SpectrumKey[]): Promise<(Uint8Array | null)[]> {
  return findInSpectra(db, 'values', keys)
}

/** Why each activation's Fisher spectrum could not be computed; null where it was, or nobody tried. */
export function findSpectrumFailures(db: Queryable, keys: readonly SpectrumKey[]): Promise<(string | null)[]> {
  return findInSpectra(db, 'reason', keys)
}

/** A column of the spectra's table at each key; null where there is no row. */
async function findInSpectra<T>(
  db: Queryable,
  column: 'values' | 'reason',
  keys: readonly SpectrumKey[],
): Promise<(T | null)[]> {
  const { rows } = await db.query(
    `select k.place::int, f.${column} as value
     from unnest($1::int[], $2::int[]) with ordinality as k(dataset_id, activation_id, place)
     join datasets d on d.id = k.dataset_id
     join fisher_spectra f on f.dataset_id = d.id and f.activation_id = k.activation_id
       and f.dataset_version = d.version`,
    [keys.map((key) => key.datasetId), keys.map((key) => key.activationId)],
  )
  const found: (T | null)[] = keys.map(() => null)
  for (const row of rows) found[row.place - 1] = row.value
  return found
}
