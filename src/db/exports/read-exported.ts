import type pg from 'pg'
import { type EvaluationConditions, toEvaluationSql } from '../statements/conditions.js'
import { toFloat32Array } from '../statements/float32.js'
import { Parameters } from '../statements/parameters.js'
import { type ExportedEvaluation, METRICS } from './list-exported.js'

/** An evaluation as a bulk export has it, with the identity of its function (64 hexadecimal digits). */
export interface BulkEvaluation extends ExportedEvaluation {
  readonly activationId: string
  /** Null where they were not asked for. */
  readonly outputs: Float32Array | null
}

/** The evaluations of an export: those of a dataset, with the spectra of a version, that meet the conditions. */
export interface ExportScope {
  readonly datasetId: number
  readonly version: string
  readonly conditions: EvaluationConditions
}

/** Which vectors an export has in its rows. */
export interface ExportedVectors {
  readonly withOutputs: boolean
  readonly withSpectra: boolean
}

/** Rows that are in memory at a time: a few megabytes where each has a spectrum. */
const PAGE = 50

/**
 * The evaluations of an export in the order in which they were stored, a page at a time; as all that is here, call it in a
 * transaction of isolation level REPEATABLE READ, so that all pages show one moment.
 */
export async function* readEvaluations(
  client: pg.ClientBase,
  scope: ExportScope,
  { withOutputs, withSpectra }: ExportedVectors,
): AsyncGenerator<BulkEvaluation, void, void> {
  const columns = `e.expression, encode(a.identity, 'hex') AS "activationId", ${METRICS},
    coalesce(
      (SELECT listed FROM source_rows s WHERE s.evaluation_id = e.id),
      ARRAY(SELECT text FROM expressions WHERE activation_id = e.activation_id ORDER BY length, text COLLATE "C")
    ) AS equivalents, ${withOutputs ? 'o.values' : 'NULL::bytea'} AS outputs,
    ${withSpectra ? 'f.values' : 'NULL::bytea'} AS spectrum`
  const joins = `JOIN activations a ON a.id = e.activation_id ${withOutputs ? JOIN_OUTPUTS : ''}`
  const pages = readPages<Omit<BulkEvaluation, 'outputs' | 'spectrum'> & { outputs: Buffer; spectrum: Buffer }>(
    client,
    scope,
    PAGE,
    (parameters) => `SELECT e.id, ${columns} FROM evaluations e ${joins}
      ${withSpectra ? joinSpectra(parameters.add(scope.version)) : ''}`,
  )
  for await (const { outputs, spectrum, ...row } of pages) {
    yield { ...row, outputs: outputs && toFloat32Array(outputs), spectrum: spectrum && toFloat32Array(spectrum) }
  }
}

/** The stored vector of each evaluation, in the order of `readEvaluations`: little-endian float32; null where none is. */
export async function* readVectors(
  client: pg.ClientBase,
  scope: ExportScope,
  kind: 'OUTPUTS' | 'FISHER_SPECTRUM',
  columns: number,
): AsyncGenerator<Buffer | null, void, void> {
  const pages = readPages<{ bytes: Buffer | null }>(client, scope, PAGE, (parameters) => {
    const [join, bytes] =
      kind === 'OUTPUTS' ? [JOIN_OUTPUTS, 'o.values'] : [joinSpectra(parameters.add(scope.version)), 'f.values']
    return `SELECT e.id, CASE WHEN octet_length(${bytes}) = ${parameters.add(4 * columns)} THEN ${bytes} END AS bytes
      FROM evaluations e ${join}`
  })
  for await (const { bytes } of pages) yield bytes
}

/**
 * The rows of the file that a dataset was imported from, compressed, in their order; where there are conditions, those
 * whose evaluations meet them.
 */
export async function* readSourceRows(
  client: pg.ClientBase,
  { datasetId, conditions }: ExportScope,
): AsyncGenerator<Buffer, void, void> {
  for (let last = -1; ; ) {
    const parameters = new Parameters()
    const wanted = toEvaluationSql(conditions, parameters)
    const { rows } = await client.query<{ position: number; bytes: Buffer }>(
      `SELECT s.position, s.bytes FROM source_rows s ${wanted.length > 0 ? 'JOIN evaluations e ON e.id = s.evaluation_id' : ''}
       WHERE ${[`s.dataset_id = ${parameters.add(datasetId)}`, `s.position > ${parameters.add(last)}`, ...wanted].join(' AND ')}
       ORDER BY s.position LIMIT ${PAGE}`,
      parameters.values,
    )
    for (const { position, bytes } of rows) {
      last = position
      yield bytes
    }
    if (rows.length < PAGE) return
  }
}

const JOIN_OUTPUTS = 'LEFT JOIN activation_outputs o ON o.activation_id = e.activation_id'
const joinSpectra = (version: string) => `LEFT JOIN fisher_spectra f ON f.dataset_id = e.dataset_id
  AND f.activation_id = e.activation_id AND f.dataset_version = ${version}`

async function* readPages<Row>(
  client: pg.ClientBase,
  { datasetId, conditions }: ExportScope,
  size: number,
  select: (parameters: Parameters) => string,
): AsyncGenerator<Row, void, void> {
  for (let last = 0; ; ) {
    const parameters = new Parameters()
    const head = select(parameters)
    const wanted = [
      ...[`e.dataset_id = ${parameters.add(datasetId)}`, `e.id > ${parameters.add(last)}`],
      ...toEvaluationSql(conditions, parameters),
    ]
    const { rows } = await client.query<{ id: number } & Row>(
      `${head} WHERE ${wanted.join(' AND ')} ORDER BY e.id LIMIT ${size}`,
      parameters.values,
    )
    for (const { id, ...row } of rows) {
      last = id
      yield row as Row
    }
    if (rows.length < size) return
  }
}
