import { type Kysely, sql } from 'kysely'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { toEvaluationConditions } from '../statements/conditions.js'
import { toFloat32Array } from '../statements/float32.js'
import type { Tables } from '../tables/generated.js'
import type { ExportScope } from './read-exported.js'

/** A spectrum as an export has it. */
export interface BulkSpectrum {
  /** The representative of the function. */
  readonly expression: string
  /** The identity of the function, 64 hexadecimal digits. */
  readonly activationId: string
  readonly spectrum: Float32Array | null
  /** Why the spectrum is missing. */
  readonly reason: string | null
}

/** Number of rows in memory at a time. */
const PAGE = 50

const spectraAfter = compileByShape(
  (db, { datasetId, version, last, conditions }: Parameters<ExportScope & { last: number }>) => {
    const wanted = toEvaluationConditions(conditions)
    const rows = db
      .selectFrom('fisher_spectra as f')
      .innerJoin('activations as a', 'a.id', 'f.activation_id')
      .select(['f.activation_id as id', 'a.expression', 'f.values', 'f.reason'])
      .select(sql<string>`encode(a.identity, 'hex')`.as('activationId'))
      .where('f.dataset_id', '=', datasetId)
      .where('f.dataset_version', '=', version)
      .where('f.activation_id', '>', last)
      .orderBy('f.activation_id')
      .limit(sql.lit(PAGE))
    if (wanted.length === 0) return rows
    return rows.where(({ exists, selectFrom }) => {
      const evaluation = selectFrom('evaluations as e')
        .whereRef('e.dataset_id', '=', 'f.dataset_id')
        .whereRef('e.activation_id', '=', 'f.activation_id')
      return exists(evaluation.where((eb) => eb.and(wanted)))
    })
  },
)

/**
 * The spectra of a dataset, by activation. With conditions, only those of functions with an evaluation that meets them. Call
 * it in a transaction of isolation level REPEATABLE READ.
 */
export async function* readSpectra(db: Kysely<Tables>, scope: ExportScope): AsyncGenerator<BulkSpectrum, void, void> {
  for (let last = 0; ; ) {
    const rows = await spectraAfter(db, { ...scope, last }, null)
    for (const { id, values, ...row } of rows) {
      last = id
      yield { ...row, spectrum: values && toFloat32Array(values) }
    }
    if (rows.length < PAGE) return
  }
}
