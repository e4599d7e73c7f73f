import { type Kysely, sql } from 'kysely'
import type { JsonObject } from '../tables/column-types.js'
import type { Tables } from '../tables/generated.js'
import { anyOf } from '../tables/lists.js'

/** The dataset of a task that `actbench task add` registers. */
export interface OwnDataset {
  readonly name: string
  readonly version: string
  readonly title: string
  readonly description: string
  readonly architecture: string
  readonly task: string
  readonly license: string | null
  readonly citation: string | null
  readonly searchSpace: readonly string[]
  readonly fisherSpectrumLength: number | null
}

/** Creates the dataset of a task. Returns its id, or null if a dataset has the name. */
export async function insertOwnDataset(db: Kysely<Tables>, dataset: OwnDataset): Promise<number | null> {
  const row = await db
    .insertInto('datasets')
    .values({ name: dataset.name, origin: 'TRAINED', ...toColumns(dataset) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Writes version and description of the dataset of a task. */
export async function updateOwnDataset(db: Kysely<Tables>, id: number, dataset: OwnDataset): Promise<void> {
  await db
    .updateTable('datasets')
    .set({ ...toColumns(dataset), updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()
}

function toColumns({ version, title, description, architecture, task, license, citation, ...rest }: OwnDataset) {
  return {
    ...{ version, title, description, architecture, task, license, citation, trainable: true },
    search_space: [...rest.searchSpace],
    fisher_spectrum_length: rest.fisherSpectrumLength,
  }
}

/** Locks the dataset of this name until the transaction ends. Returns null for an unknown name. */
export async function lockDatasetByName(
  db: Kysely<Tables>,
  name: string,
): Promise<{ id: number; version: string } | null> {
  const row = await db
    .selectFrom('datasets as d')
    .select(['d.id', 'd.version'])
    .where('d.name', '=', name)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** A registered definition of one version of a dataset. */
export interface StoredDefinition {
  readonly version: string
  readonly definition: JsonObject
}

/** All definitions of a dataset, the newest first; an empty list if it is not a task of `actbench task add`. */
export function listDefinitions(db: Kysely<Tables>, datasetId: number): Promise<StoredDefinition[]> {
  return db
    .selectFrom('task_definitions as t')
    .select(['t.version', 't.definition'])
    .where('t.dataset_id', '=', datasetId)
    .orderBy('t.created_at', 'desc')
    .orderBy('t.version')
    .execute()
}

/** Stores the definition of a version, or replaces it. */
export async function putDefinition(
  db: Kysely<Tables>,
  datasetId: number,
  { version, definition }: StoredDefinition,
): Promise<void> {
  const text = JSON.stringify(definition)
  await db
    .insertInto('task_definitions')
    .values({ dataset_id: datasetId, version, definition: text })
    .onConflict((conflict) => conflict.columns(['dataset_id', 'version']).doUpdateSet({ definition: text }))
    .execute()
}

/** The definitions of the present versions of all datasets that have one, as JSON text, by name. */
export function listPresentDefinitions(
  db: Kysely<Tables>,
): Promise<{ name: string; version: string; definition: string }[]> {
  return db
    .selectFrom('datasets as d')
    .innerJoin('task_definitions as t', (join) =>
      join.onRef('t.dataset_id', '=', 'd.id').onRef('t.version', '=', 'd.version'),
    )
    .select(['d.name', 'd.version', sql<string>`t.definition::text`.as('definition')])
    .orderBy('d.name')
    .execute()
}

/** The definition of the present version of a dataset; null if it has none. */
export async function findPresentDefinition(db: Kysely<Tables>, name: string): Promise<JsonObject | null> {
  const row = await db
    .selectFrom('datasets as d')
    .innerJoin('task_definitions as t', (join) =>
      join.onRef('t.dataset_id', '=', 'd.id').onRef('t.version', '=', 'd.version'),
    )
    .select('t.definition')
    .where('d.name', '=', name)
    .executeTakeFirst()
  return row?.definition ?? null
}

/** The definitions of datasets in their present versions, in the order of the ids; null for datasets of another kind. */
export async function findTaskDefinitions(
  db: Kysely<Tables>,
  datasetIds: readonly number[],
): Promise<(JsonObject | null)[]> {
  const rows = await db
    .selectFrom('datasets as d')
    .innerJoin('task_definitions as t', (join) =>
      join.onRef('t.dataset_id', '=', 'd.id').onRef('t.version', '=', 'd.version'),
    )
    .select(['d.id', 't.definition'])
    .where('d.id', '=', anyOf(datasetIds))
    .execute()
  const byId = new Map(rows.map(({ id, definition }) => [id, definition]))
  return datasetIds.map((id) => byId.get(id) ?? null)
}

/** A task that was added, in its present version. */
export interface ListedOwnDataset {
  readonly name: string
  readonly version: string
  readonly title: string
  readonly evaluations: number
  readonly definition: JsonObject
}

/** All tasks that were added, by name. */
export function listOwnDatasets(db: Kysely<Tables>): Promise<ListedOwnDataset[]> {
  const evaluations = db
    .selectFrom('evaluations as e')
    .select(sql<number>`count(*)::int`.as('count'))
    .where('e.dataset_id', '=', sql.ref<number>('d.id'))
  return db
    .selectFrom('datasets as d')
    .innerJoin('task_definitions as t', (join) =>
      join.onRef('t.dataset_id', '=', 'd.id').onRef('t.version', '=', 'd.version'),
    )
    .select(['d.name', 'd.version', 'd.title', 't.definition', sql<number>`(${evaluations})`.as('evaluations')])
    .orderBy('d.name')
    .execute()
}
