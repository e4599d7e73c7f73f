import type pg from 'pg'
import type { SeedManifest } from '../../datasets/shipped/seed-manifest.js'

type Description = Omit<SeedManifest, 'commands' | 'seeds' | 'backends' | 'softwareVersions' | 'counts' | 'files'>

/** Creates a dataset that ships with the product, or renews what is said of it. Returns its row's id. */
export async function upsertShippedDataset(client: pg.ClientBase, description: Description): Promise<number> {
  const { name, version, title, architecture, task, license, citation, searchSpace, fisherSpectrumLength } = description
  const { rows } = await client.query<{ id: number }>(UPSERT_DATASET, [
    ...[name, version, title, description.description, architecture, task],
    ...[license, citation, searchSpace, fisherSpectrumLength],
  ])
  return rows[0].id
}

const UPSERT_DATASET = `
  INSERT INTO datasets (name, version, title, description, architecture, task, license, citation, search_space,
    fisher_spectrum_length, origin, trainable)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'TRAINED', true)
  ON CONFLICT (name) DO UPDATE
  SET version = excluded.version, title = excluded.title, description = excluded.description,
    architecture = excluded.architecture, task = excluded.task, license = excluded.license,
    citation = excluded.citation, search_space = excluded.search_space,
    fisher_spectrum_length = excluded.fisher_spectrum_length, trainable = true, updated_at = now()
  RETURNING id`
