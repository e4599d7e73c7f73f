import { type ExpressionBuilder, type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** The description of a dataset that is being imported from a file. */
export interface ImportedDataset {
  readonly name: string
  /** Undefined keeps the stored one. */
  readonly searchSpace?: readonly string[]
  /** The search space of a new dataset, if none is given. */
  readonly defaultSearchSpace: readonly string[]
  /** The version of the recipe with which workers can train new functions for it; null if there is none. */
  readonly recipeVersion: string | null
  readonly title?: string
  readonly description?: string
  readonly architecture?: string
  readonly task?: string
  readonly license?: string
  readonly citation?: string
  readonly sourceUrl?: string
  readonly recipeDescription?: string
}

/**
 * Creates a dataset of origin IMPORTED, or raises the version of an existing one and updates the fields that are given. A
 * dataset with a recipe has the version of the recipe, and may have been trained before. Returns null if a dataset of another
 * origin has the name. The address of the file is always replaced. `isFirst`: no file was imported into it before.
 */
export async function upsertImportedDataset(
  db: Kysely<Tables>,
  { name, searchSpace, defaultSearchSpace, recipeVersion, sourceUrl, ...described }: ImportedDataset,
): Promise<{ id: number; version: string; isNew: boolean; isFirst: boolean } | null> {
  const { title, description, architecture, task, license, citation, recipeDescription } = described
  const row = await db
    .insertInto('datasets')
    .values({
      ...{ name, trainable: recipeVersion !== null, version: recipeVersion ?? '1', origin: 'IMPORTED' },
      search_space: [...(searchSpace ?? defaultSearchSpace)],
      recipe_description: recipeDescription ?? null,
      ...{ title: title ?? name, description: description ?? 'Imported.' },
      ...{ architecture: architecture ?? 'unknown', task: task ?? 'unknown' },
      ...{ license: license ?? null, citation: citation ?? null, source_url: sourceUrl ?? null },
    })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({
          ...{ title, description, architecture, task, license, citation },
          ...{ recipe_description: recipeDescription, search_space: searchSpace && [...searchSpace] },
          source_url: sourceUrl ?? null,
          version: recipeVersion ?? sql<string>`(datasets.version::int + 1)::text`,
          ...{ trainable: recipeVersion !== null, origin: 'IMPORTED' },
          updated_at: sql<Date>`now()`,
        })
        .where('datasets.origin', 'in', recipeVersion === null ? ['IMPORTED'] : ['IMPORTED', 'TRAINED']),
    )
    .returning(['id', 'version', sql<boolean>`xmax = 0`.as('isNew')])
    .returning(sql<boolean>`source_checksum is null`.as('isFirst'))
    .executeTakeFirst()
  return row ?? null
}

/** The file that a dataset was imported from. */
export interface SourceFile {
  readonly spectrumLength: number | null
  /** SHA-256 of the JSON. */
  readonly checksum: string
  /** Number of bytes of the JSON. */
  readonly bytes: number
}

/** Records the file that a dataset was imported from. */
export async function recordSourceFile(db: Kysely<Tables>, datasetId: number, file: SourceFile): Promise<void> {
  await db
    .updateTable('datasets')
    .set({
      // A dataset with a recipe has spectra, also if the file has none.
      fisher_spectrum_length: sql<
        number | null
      >`coalesce(${file.spectrumLength}::int, case when trainable then fisher_spectrum_length end)`,
      source_checksum: file.checksum,
      source_bytes: file.bytes,
    })
    .where('id', '=', datasetId)
    .execute()
}

/** The description of a dataset that ships with the product. */
export interface ShippedDataset {
  readonly name: string
  readonly version: string
  readonly title: string
  readonly description: string
  readonly architecture: string
  readonly task: string
  readonly license: string
  readonly citation: string
  readonly searchSpace: readonly string[]
  readonly fisherSpectrumLength: number | null
}

/** Those of these names that belong to a dataset of a client, a file or a registered task, and not to one that ships. */
export async function listForeignNames(db: Kysely<Tables>, names: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('datasets as d')
    .select('d.name')
    .where('d.name', 'in', names)
    .where(isForeign)
    .execute()
  return new Set(rows.map(({ name }) => name))
}

function isForeign({ or, eb, exists, selectFrom }: ExpressionBuilder<Tables & { d: Tables['datasets'] }, 'd'>) {
  return or([
    eb('d.origin', '!=', 'TRAINED'),
    exists(selectFrom('task_definitions as t').select('t.version').whereRef('t.dataset_id', '=', 'd.id')),
  ])
}

/**
 * Creates a dataset that ships with the product, or updates its description. Returns the id of its row. Call it only for
 * names that are not foreign.
 */
export async function upsertShippedDataset(db: Kysely<Tables>, dataset: ShippedDataset): Promise<number> {
  const { name, version, title, description, architecture, task, license, citation } = dataset
  const described = {
    ...{ version, title, description, architecture, task, license, citation },
    search_space: [...dataset.searchSpace],
    fisher_spectrum_length: dataset.fisherSpectrumLength,
    trainable: true,
  }
  const { id } = await db
    .insertInto('datasets')
    .values({ name, origin: 'TRAINED', ...described })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ ...described, updated_at: sql<Date>`now()` }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
