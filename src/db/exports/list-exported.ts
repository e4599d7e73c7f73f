import type pg from 'pg'
import type { NewRun } from '../imports/insert-measured.js'
import { toFloat32Array } from '../statements/float32.js'
import type { NewMetrics } from '../tables/metric-lists.js'

/** An evaluation as a file of its dataset has it. */
export interface ExportedEvaluation extends NewMetrics {
  readonly expression: string
  /** Every spelling that is known, shortest first. */
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
  client: pg.ClientBase,
  datasetId: number,
  version: string,
): Promise<ExportedEvaluation[]> {
  const { rows } = await client.query<
    NewMetrics & { expression: string; equivalents: string[]; spectrum: Buffer | null }
  >(
    `SELECT e.expression, ${METRICS}, s.values AS spectrum,
       ARRAY(SELECT text FROM expressions WHERE activation_id = e.activation_id ORDER BY length, text COLLATE "C")
         AS equivalents
     FROM evaluations e
     LEFT JOIN fisher_spectra s
       ON s.dataset_id = e.dataset_id AND s.activation_id = e.activation_id AND s.dataset_version = $2
     WHERE e.dataset_id = $1 AND EXISTS (SELECT FROM runs r WHERE r.evaluation_id = e.id AND r.dataset_version = $2)
     ORDER BY e.expression COLLATE "C"`,
    [datasetId, version],
  )
  return rows.map((row) => ({ ...row, spectrum: row.spectrum && toFloat32Array(row.spectrum) }))
}

/** The runs of this version with their learning curves, by expression and seed. */
export async function listExportedRuns(
  client: pg.ClientBase,
  datasetId: number,
  version: string,
): Promise<ExportedRun[]> {
  const { rows } = await client.query<ExportedRun>(
    `SELECT e.expression, r.seed, ${METRICS.replaceAll('e.', 'r.')}, r.backend, r.device,
       r.software_version AS "softwareVersion",
       (SELECT coalesce(json_agg(json_build_array(p.train_accuracy, p.train_loss, p.validation_accuracy,
          p.validation_loss) ORDER BY p.epoch), '[]') FROM run_epochs p WHERE p.run_id = r.id) AS epochs
     FROM runs r JOIN evaluations e ON e.id = r.evaluation_id
     WHERE r.dataset_id = $1 AND r.dataset_version = $2 AND r.seed IS NOT NULL
     ORDER BY e.expression COLLATE "C", r.seed`,
    [datasetId, version],
  )
  return rows
}

/** The spectra of this version of functions that have no run of it, by expression. */
export async function listOtherSpectra(
  client: pg.ClientBase,
  datasetId: number,
  version: string,
): Promise<ExportedSpectrum[]> {
  const { rows } = await client.query<{ expression: string; values: Buffer | null; reason: string | null }>(
    `SELECT a.expression, s.values, s.reason
     FROM fisher_spectra s JOIN activations a ON a.id = s.activation_id
     WHERE s.dataset_id = $1 AND s.dataset_version = $2 AND (s.values IS NULL OR NOT EXISTS (
       SELECT FROM runs r WHERE r.dataset_id = $1 AND r.activation_id = s.activation_id AND r.dataset_version = $2))
     ORDER BY a.expression COLLATE "C"`,
    [datasetId, version],
  )
  return rows.map((row) => ({ ...row, values: row.values && toFloat32Array(row.values) }))
}

/** The metrics of an evaluation `e` under the names of their fields. */
export const METRICS = `e.train_accuracy AS "trainAccuracy", e.train_loss AS "trainLoss",
  e.validation_accuracy AS "validationAccuracy", e.validation_loss AS "validationLoss",
  e.test_accuracy AS "testAccuracy", e.test_loss AS "testLoss", e.runtime_seconds AS "runtimeSeconds"`
