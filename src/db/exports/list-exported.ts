import { type Kysely, sql } from 'kysely'
import type { Metrics } from '../../metrics.js'
import type { NewRun } from '../imports/insert-measured.js'
import { toFloat32Array } from '../statements/float32.js'
import type { Tables } from '../tables/generated.js'
import { metricColumns } from '../tables/metric-columns.js'

/** An evaluation as a file of its dataset has it. */
export interface ExportedEvaluation extends Metrics {
  readonly expression: string
  /** Every known spelling, shortest first. */
  readonly equivalents: string[]
  readonly spectrum: Float32Array | null
}

export interface ExportedRun extends Omit<NewRun, 'activationId'> {
  readonly expression: string
}

export interface ExportedSpectrum {
  readonly expression: string
  readonly values: Float32Array | null
  readonly reason: string | null
}

/** The evaluations of a dataset that have a run of this version, by their expressions; spectra of this version. */
export async function listExportedEvaluations(
  db: Kysely<Tables>,
  datasetId: number,
  version: string,
): Promise<ExportedEvaluation[]> {
  const rows = await db
    .selectFrom('evaluations as e')
    .leftJoin('fisher_spectra as f', (join) =>
      join
        .onRef('f.dataset_id', '=', 'e.dataset_id')
        .onRef('f.activation_id', '=', 'e.activation_id')
        .on('f.dataset_version', '=', version),
    )
    .select(['e.expression', ...metricColumns('e'), 'f.values as spectrum'])
    .select(spellingsOf(db).as('equivalents'))
    .where('e.dataset_id', '=', datasetId)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('runs as r').whereRef('r.evaluation_id', '=', 'e.id').where('r.dataset_version', '=', version)),
    )
    .orderBy('e.expression', (order) => order.collate('C'))
    .execute()
  return rows.map((row) => ({ ...row, spectrum: row.spectrum && toFloat32Array(row.spectrum) }))
}

/** The runs of this version with their learning curves, by expression and seed. */
export function listExportedRuns(db: Kysely<Tables>, datasetId: number, version: string): Promise<ExportedRun[]> {
  return db
    .selectFrom('runs as r')
    .innerJoin('evaluations as e', 'e.id', 'r.evaluation_id')
    .select((eb) => {
      const curve = eb
        .selectFrom('run_epochs as c')
        .select(
          sql<(number | null)[][]>`coalesce(json_agg(json_build_array(
            c.train_accuracy, c.train_loss, c.validation_accuracy, c.validation_loss) order by c.epoch), '[]')`.as(
            'curve',
          ),
        )
        .whereRef('c.run_id', '=', 'r.id')
      return [
        'e.expression',
        'r.seed',
        ...metricColumns('r'),
        'r.backend',
        'r.device',
        'r.software_version as softwareVersion',
        'r.learned_parameters as learnedParameters',
        'r.end_reason as endReason',
        curve.$asScalar().$notNull().as('epochs'),
      ]
    })
    .where('r.dataset_id', '=', datasetId)
    .where('r.dataset_version', '=', version)
    .where('r.seed', 'is not', null)
    .orderBy('e.expression', (order) => order.collate('C'))
    .orderBy('r.seed')
    .$narrowType<{ seed: number }>()
    .execute()
}

/** The spectra of this version whose functions have no run of it, by expression. */
export async function listOtherSpectra(
  db: Kysely<Tables>,
  datasetId: number,
  version: string,
): Promise<ExportedSpectrum[]> {
  const rows = await db
    .selectFrom('fisher_spectra as f')
    .innerJoin('activations as a', 'a.id', 'f.activation_id')
    .select(['a.expression', 'f.values', 'f.reason'])
    .where('f.dataset_id', '=', datasetId)
    .where('f.dataset_version', '=', version)
    .where(({ eb, exists, not, or, selectFrom }) => {
      const runs = selectFrom('runs as r')
        .where('r.dataset_id', '=', datasetId)
        .whereRef('r.activation_id', '=', 'f.activation_id')
        .where('r.dataset_version', '=', version)
      return or([eb('f.values', 'is', null), not(exists(runs))])
    })
    .orderBy('a.expression', (order) => order.collate('C'))
    .execute()
  return rows.map((row) => ({ ...row, values: row.values && toFloat32Array(row.values) }))
}

/** Every spelling of the activation of the evaluation `e`, shortest first, ties by code point. */
export function spellingsOf(db: Kysely<Tables>) {
  const spellings = db
    .selectFrom('expressions as x')
    .select('x.text')
    .where('x.activation_id', '=', sql.ref<number>('e.activation_id'))
    .orderBy('x.length')
    .orderBy('x.text', (order) => order.collate('C'))
  return sql<string[]>`array${spellings}`
}
