import {
  type ColumnOfTable,
  writeCsv,
  writeJsonLines,
  writeTableAsParquet,
} from '../../datasets/writing/write-table.js'
import { readEpochs } from '../../db/exports/read-epochs.js'
import { readRuns } from '../../db/exports/read-exported.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import { EVALUATIONS } from './evaluations-export.js'
import { createStreamWriter, type ExportTable, type ExportWriter } from './export-format.js'
import { toMetadata } from './parquet-metadata.js'

const toFloat = (name: string): ColumnOfTable => ({ name, type: 'float' })
const toTexts = (...names: string[]) => names.map((name): ColumnOfTable => ({ name, type: 'text' }))
const [SEED, EPOCH] = ['seed', 'epoch'].map((name): ColumnOfTable => ({ name, type: 'integer' }))

/** One run per row. The columns of a tabular file have one type, so `metadata` and `learnedParameters` are JSON texts. */
const RUNS: ExportTable = {
  columns: [
    ...toTexts('dataset', 'version', 'expression', 'activationId'),
    SEED,
    ...METRIC_PROPERTIES.map(toFloat),
    ...toTexts('backend', 'device', 'softwareVersion', 'metadata', 'learnedParameters', 'endReason'),
    { name: 'createdAt', type: 'time' },
  ],
  async *read({ db, dataset, scope }) {
    for await (const run of readRuns(db, scope)) {
      const { version, expression, activationId, seed, backend, device, softwareVersion, endReason, createdAt } = run
      const [metadata, learned] = [run.metadata, run.learnedParameters].map((value) => value && JSON.stringify(value))
      const metrics = METRIC_PROPERTIES.map((name) => run[name])
      yield [
        ...[dataset.name, version, expression, activationId, seed, ...metrics],
        ...[backend, device, softwareVersion, metadata, learned, endReason, createdAt],
      ]
    }
  },
}

const CURVE = ['trainAccuracy', 'trainLoss', 'validationAccuracy', 'validationLoss']

/** One epoch of a run per row: the learning curves. */
const EPOCHS: ExportTable = {
  columns: [...toTexts('dataset', 'version', 'expression', 'activationId'), ...[SEED, EPOCH], ...CURVE.map(toFloat)],
  async *read({ db, dataset, scope }) {
    for await (const { version, expression, activationId, seed, epochs } of readEpochs(db, scope)) {
      for (const epoch of epochs) yield [dataset.name, version, expression, activationId, seed, ...epoch]
    }
  },
}

export const RUNS_CSV_WRITER = toCsvWriter(RUNS)
export const RUNS_PARQUET_WRITER = toParquetWriter(RUNS)
export const EPOCHS_CSV_WRITER = toCsvWriter(EPOCHS)
export const EPOCHS_PARQUET_WRITER = toParquetWriter(EPOCHS)
export const EPOCHS_LINES_WRITER = toLinesWriter(EPOCHS)
export const EVALUATIONS_CSV_WRITER = toCsvWriter(EVALUATIONS)
export const EVALUATIONS_PARQUET_WRITER = toParquetWriter(EVALUATIONS)
export const EVALUATIONS_LINES_WRITER = toLinesWriter(EVALUATIONS)

function toLinesWriter({ columns, read }: ExportTable): ExportWriter {
  return createStreamWriter((source) => writeJsonLines(columns, read(source)))
}

function toCsvWriter({ columns, read }: ExportTable): ExportWriter {
  return createStreamWriter((source) => writeCsv(columns, read(source)))
}

function toParquetWriter({ columns, read }: ExportTable): ExportWriter {
  return createStreamWriter((source) => writeTableAsParquet(columns, read(source), toMetadata(source.dataset)))
}
