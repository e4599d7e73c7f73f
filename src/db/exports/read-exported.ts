import { type Expression, type Kysely, sql } from 'kysely'
import type { LearnedParameter } from '../../learned-parameters.js'
import type { Metrics } from '../../metrics.js'
import { compileByShape, type Parameters } from '../statements/compile-by-shape.js'
import { type EvaluationConditions, toEvaluationConditions } from '../statements/conditions.js'
import { toFloat32Array } from '../statements/float32.js'
import type { JsonObject } from '../tables/column-types.js'
import type { Tables } from '../tables/generated.js'
import { metricColumns } from '../tables/metric-columns.js'
import { type ExportedEvaluation, spellingsOf } from './list-exported.js'

/** An evaluation as a bulk export has it, with the identity of its function (64 hexadecimal digits). */
export interface BulkEvaluation extends ExportedEvaluation {
  readonly activationId: string
  /** Null if they were not requested. */
  readonly outputs: Float32Array | null
}

/** The evaluations of an export: those of a dataset, with the spectra of a version, that meet the conditions. */
export interface ExportScope {
  readonly datasetId: number
  readonly version: string
  readonly conditions: EvaluationConditions
}

/** The vectors that the rows of an export have. */
export interface ExportedVectors {
  readonly withOutputs: boolean
  readonly withSpectra: boolean
}

/** Number of rows in memory at a time: a few megabytes if each row has a spectrum. */
const PAGE = 50

// An export reads one page after another. Call these functions in a transaction of isolation level REPEATABLE READ, so
// that all pages show the same moment.

type ScopeParameters = Parameters<ExportScope & { last: number }>

const evaluationsAfter = compileByShape((db, scope: ScopeParameters, { withOutputs, withSpectra }: ExportedVectors) =>
  selectScope(db, scope)
    .innerJoin('activations as a', 'a.id', 'e.activation_id')
    .select((eb) => [
      'e.id',
      'e.expression',
      sql<string>`encode(${eb.ref('a.identity')}, 'hex')`.as('activationId'),
      ...metricColumns('e'),
      sql<string[]>`coalesce(
        ${eb.selectFrom('source_rows as s').select('s.listed').whereRef('s.evaluation_id', '=', 'e.id')},
        ${spellingsOf(db)}
      )`.as('equivalents'),
      sql<Buffer | null>`${withOutputs ? outputsOf(db) : sql.lit(null)}`.as('outputs'),
      sql<Buffer | null>`${withSpectra ? spectrumOf(db, scope.version) : sql.lit(null)}`.as('spectrum'),
    ]),
)

/** The evaluations of an export, oldest first. */
export async function* readEvaluations(
  db: Kysely<Tables>,
  scope: ExportScope,
  vectors: ExportedVectors,
): AsyncGenerator<BulkEvaluation, void, void> {
  const pages = readPages((last) => evaluationsAfter(db, { ...scope, last }, vectors))
  for await (const { id: _, outputs, spectrum, ...row } of pages) {
    yield { ...row, outputs: outputs && toFloat32Array(outputs), spectrum: spectrum && toFloat32Array(spectrum) }
  }
}

/** A run as a bulk export has it. */
export interface BulkRun extends Metrics {
  /** The expression of its evaluation. */
  readonly expression: string
  /** The identity of its function, 64 hexadecimal digits. */
  readonly activationId: string
  readonly seed: number | null
  /** The version of the dataset at the time of the run. */
  readonly version: string
  readonly backend: string | null
  readonly device: string | null
  readonly softwareVersion: string | null
  readonly metadata: JsonObject | null
  readonly learnedParameters: readonly LearnedParameter[] | null
  readonly endReason: string | null
  readonly createdAt: Date
}

const runsAfter = compileByShape((db, { datasetId, last, conditions }: ScopeParameters) =>
  db
    .selectFrom('runs as r')
    .innerJoin('evaluations as e', 'e.id', 'r.evaluation_id')
    .innerJoin('activations as a', 'a.id', 'r.activation_id')
    .select(['r.id', 'e.expression', sql<string>`encode(a.identity, 'hex')`.as('activationId'), 'r.seed'])
    .select([...metricColumns('r'), 'r.dataset_version as version', 'r.backend', 'r.device'])
    .select(['r.software_version as softwareVersion', 'r.metadata', 'r.learned_parameters as learnedParameters'])
    .select(['r.end_reason as endReason', 'r.created_at as createdAt'])
    .where('r.dataset_id', '=', datasetId)
    .where('r.id', '>', last)
    .where((eb) => eb.and(toEvaluationConditions(conditions)))
    .orderBy('r.id')
    .limit(sql.lit(PAGE)),
)

/** The runs of the evaluations of an export, of all versions of the dataset, oldest first. */
export async function* readRuns(db: Kysely<Tables>, scope: ExportScope): AsyncGenerator<BulkRun, void, void> {
  for await (const { id: _, ...run } of readPages((last) => runsAfter(db, { ...scope, last }, null))) yield run
}

type VectorKind = 'OUTPUTS' | 'FISHER_SPECTRUM'

const vectorsAfter = compileByShape(
  (db, { byteLength, ...scope }: ScopeParameters & Parameters<{ byteLength: number }>, kind: VectorKind) => {
    const bytes =
      kind === 'OUTPUTS'
        ? outputsOf(db).where(sql<number>`octet_length(o.values)`, '=', byteLength)
        : spectrumOf(db, scope.version).where(sql<number>`octet_length(f.values)`, '=', byteLength)
    return selectScope(db, scope).select(['e.id', sql<Buffer | null>`${bytes}`.as('bytes')])
  },
)

/** The stored vector of each evaluation, in the order of `readEvaluations`: little-endian float32, or null. */
export async function* readVectors(
  db: Kysely<Tables>,
  scope: ExportScope,
  kind: VectorKind,
  columns: number,
): AsyncGenerator<Buffer | null, void, void> {
  const byteLength = 4 * columns
  for await (const { bytes } of readPages((last) => vectorsAfter(db, { ...scope, last, byteLength }, kind))) yield bytes
}

const sourceRowsAfter = compileByShape((db, { datasetId, last, conditions }: ScopeParameters) => {
  const wanted = toEvaluationConditions(conditions)
  const rows = db
    .selectFrom('source_rows as s')
    .select(['s.position as id', 's.bytes'])
    .where('s.dataset_id', '=', datasetId)
    .where('s.position', '>', last)
    .orderBy('s.position')
    .limit(sql.lit(PAGE))
  if (wanted.length === 0) return rows
  return rows.where(({ exists, selectFrom }) => {
    const evaluation = selectFrom('evaluations as e').whereRef('e.id', '=', 's.evaluation_id')
    return exists(evaluation.where((eb) => eb.and(wanted)))
  })
})

/**
 * The rows of the file that a dataset was imported from, compressed, in their order. If there are conditions, only rows
 * whose evaluations meet them.
 */
export async function* readSourceRows(db: Kysely<Tables>, scope: ExportScope): AsyncGenerator<Buffer, void, void> {
  for await (const { bytes } of readPages((last) => sourceRowsAfter(db, { ...scope, last }, null), -1)) yield bytes
}

/** Whether a dataset was imported from a file of the Act-Bench format, whose rows are kept. */
export async function hasSourceRows(db: Kysely<Tables>, datasetId: number): Promise<boolean> {
  const row = await db
    .selectFrom('source_rows as s')
    .select('s.position')
    .where('s.dataset_id', '=', datasetId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** A page of the evaluations of a scope. */
function selectScope(db: Kysely<Tables>, { datasetId, last, conditions }: ScopeParameters) {
  return db
    .selectFrom('evaluations as e')
    .where('e.dataset_id', '=', datasetId)
    .where('e.id', '>', last)
    .where((eb) => eb.and(toEvaluationConditions(conditions)))
    .orderBy('e.id')
    .limit(sql.lit(PAGE))
}

/** The outputs of the activation of the evaluation `e`. */
function outputsOf(db: Kysely<Tables>) {
  return db
    .selectFrom('activation_outputs as o')
    .select('o.values')
    .where('o.activation_id', '=', sql.ref<number>('e.activation_id'))
}

/** The spectrum of the activation of the evaluation `e`, in its dataset and this version. */
function spectrumOf(db: Kysely<Tables>, version: Expression<string>) {
  return db
    .selectFrom('fisher_spectra as f')
    .select('f.values')
    .where('f.dataset_id', '=', sql.ref<number>('e.dataset_id'))
    .where('f.activation_id', '=', sql.ref<number>('e.activation_id'))
    .where('f.dataset_version', '=', version)
}

/** All rows, a page at a time; `readAfter` reads the rows whose id is greater than the last one. */
async function* readPages<Row extends { readonly id: number }>(
  readAfter: (last: number) => Promise<Row[]>,
  first = 0,
): AsyncGenerator<Row, void, void> {
  for (let last = first; ; ) {
    const rows = await readAfter(last)
    for (const row of rows) {
      last = row.id
      yield row
    }
    if (rows.length < PAGE) return
  }
}
