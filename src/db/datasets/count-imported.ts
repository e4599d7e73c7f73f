import { type Kysely, sql } from 'kysely'
import type { Tables } from '../tables/generated.js'

/** Numbers of rows that an import has stored. */
export interface ImportedCounts {
  /** Rows of a file in the Act-Bench format. */
  readonly rows: number
  /** Runs of a table. */
  readonly runs: number
  readonly evaluations: number
  readonly spectra: number
}

/** Counts the rows of a dataset that was imported from a file. */
export function countImported(db: Kysely<Tables>, datasetId: number): Promise<ImportedCounts> {
  const count = (table: 'source_rows' | 'runs' | 'evaluations' | 'fisher_spectra') =>
    sql<number>`(${db.selectFrom(table).select(COUNT.as('count')).where('dataset_id', '=', datasetId)})`
  return db
    .selectNoFrom([
      count('source_rows').as('rows'),
      count('runs').as('runs'),
      count('evaluations').as('evaluations'),
      count('fisher_spectra').as('spectra'),
    ])
    .executeTakeFirstOrThrow()
}

const COUNT = sql<number>`count(*)::int`
