import type { Queryable } from './rows.js'

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
export async function findFisherSpectra(db: Queryable, keys: readonly SpectrumKey[]): Promise<(Uint8Array | null)[]> {
  const { rows } = await db.query(
    `select k.place::int, f.values
     from unnest($1::int[], $2::int[]) with ordinality as k(dataset_id, activation_id, place)
     join datasets d on d.id = k.dataset_id
     join fisher_spectra f on f.dataset_id = d.id and f.activation_id = k.activation_id
       and f.dataset_version = d.version`,
    [keys.map((key) => key.datasetId), keys.map((key) => key.activationId)],
  )
  const found: (Uint8Array | null)[] = keys.map(() => null)
  for (const row of rows) found[row.place - 1] = row.values
  return found
}

/** Why each activation's Fisher spectrum could not be computed; null where it was, or nobody tried. */
export async function findSpectrumFailures(db: Queryable, keys: readonly SpectrumKey[]): Promise<(string | null)[]> {
  const { rows } = await db.query(
    `select k.place::int, f.reason
     from unnest($1::int[], $2::int[]) with ordinality as k(dataset_id, activation_id, place)
     join datasets d on d.id = k.dataset_id
     join fisher_spectra f on f.dataset_id = d.id and f.activation_id = k.activation_id
       and f.dataset_version = d.version`,
    [keys.map((key) => key.datasetId), keys.map((key) => key.activationId)],
  )
  const found: (string | null)[] = keys.map(() => null)
  for (const row of rows) found[row.place - 1] = row.reason
  return found
}
