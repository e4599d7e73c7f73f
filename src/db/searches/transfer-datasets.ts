import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** Which functions a search may suggest. */
export interface SearchedFunctions {
  readonly datasetId: number
  /** A regular expression for their spellings; null for the measured functions of the dataset, as in a replay. */
  readonly pattern: string | null
}

/** A dataset that a search may learn from. */
export interface TransferCandidate {
  readonly name: string
  /** What its networks learn. */
  readonly task: string
}

/** The other datasets that measured at least `least` of these functions, those that measured most of them first. */
export async function listTransferDatasets(
  db: Kysely<Tables>,
  { datasetId, pattern }: SearchedFunctions,
  { least }: { readonly least: number },
): Promise<TransferCandidate[]> {
  return db
    .selectFrom('evaluations as e')
    .innerJoin('datasets as d', 'd.id', 'e.dataset_id')
    .select(['d.name', 'd.task'])
    .where('e.dataset_id', '!=', datasetId)
    .where('e.validation_accuracy', 'is not', null)
    .where(({ exists, selectFrom }) =>
      exists(
        pattern === null
          ? selectFrom('evaluations as own')
              .select('own.id')
              .whereRef('own.activation_id', '=', 'e.activation_id')
              .where('own.dataset_id', '=', datasetId)
              .where('own.validation_accuracy', 'is not', null)
          : selectFrom('expressions as x')
              .select('x.text')
              .whereRef('x.activation_id', '=', 'e.activation_id')
              .where('x.text', '~', pattern),
      ),
    )
    .groupBy(['d.id', 'd.name', 'd.task'])
    .having(sql<number>`count(distinct e.activation_id)`, '>=', least)
    .orderBy(sql`count(distinct e.activation_id)`, 'desc')
    .orderBy('d.id')
    .execute()
}

/** Those of these functions that have a spelling which matches a regular expression. */
export async function listMatching(
  db: Kysely<Tables>,
  activationIds: Int32Array,
  pattern: string,
): Promise<Set<number>> {
  const rows = await db
    .selectFrom('expressions as x')
    .distinct()
    .select('x.activation_id as id')
    .where('x.activation_id', '=', sql<number>`any(${Array.from(activationIds)}::int[])`)
    .where('x.text', '~', pattern)
    .execute()
  return new Set(rows.map(({ id }) => id))
}
