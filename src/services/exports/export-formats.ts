import type { ExportWriter } from './export-format.js'

/**
 * The formats of exports. A new format is a file with its writer and an entry here. Writers are loaded on first use, so
 * that the command line can list the formats quickly.
 */
export const EXPORT_FORMATS = {
  json: {
    description: 'the Act-Bench format',
    ...{ pathSuffix: '.json', fileSuffix: '.json' },
    ...{ mediaType: 'application/json; charset=utf-8', isCompressible: true, isKept: false },
    load: async () => (await import('./json-export.js')).JSON_WRITER,
  },
  jsonl: {
    description: 'one evaluation per line, with the names of the API',
    ...{ pathSuffix: '.jsonl', fileSuffix: '.jsonl' },
    ...{ mediaType: 'application/jsonl; charset=utf-8', isCompressible: true, isKept: false },
    load: async () => (await import('./json-lines-export.js')).JSON_LINES_WRITER,
  },
  'evaluations.parquet': {
    description: 'one function per row, with number of runs, spread, ranks, prediction and properties',
    ...{ pathSuffix: '/evaluations.parquet', fileSuffix: '-evaluations.parquet' },
    ...{ mediaType: 'application/vnd.apache.parquet', isCompressible: false, isKept: true },
    load: async () => (await import('./table-exports.js')).EVALUATIONS_PARQUET_WRITER,
  },
  'evaluations.csv': {
    description: 'the same, one function per line',
    ...{ pathSuffix: '/evaluations.csv', fileSuffix: '-evaluations.csv' },
    ...{ mediaType: 'text/csv; charset=utf-8', isCompressible: true, isKept: true },
    load: async () => (await import('./table-exports.js')).EVALUATIONS_CSV_WRITER,
  },
  'evaluations.jsonl': {
    description: 'the same, one function per line',
    ...{ pathSuffix: '/evaluations.jsonl', fileSuffix: '-evaluations.jsonl' },
    ...{ mediaType: 'application/jsonl; charset=utf-8', isCompressible: true, isKept: true },
    load: async () => (await import('./table-exports.js')).EVALUATIONS_LINES_WRITER,
  },
  'runs.jsonl': {
    description: 'one run per line, with its seed and its metadata',
    ...{ pathSuffix: '/runs.jsonl', fileSuffix: '-runs.jsonl' },
    ...{ mediaType: 'application/jsonl; charset=utf-8', isCompressible: true, isKept: false },
    load: async () => (await import('./runs-export.js')).RUNS_WRITER,
  },
  'runs.csv': {
    description: 'one run per line',
    ...{ pathSuffix: '/runs.csv', fileSuffix: '-runs.csv' },
    ...{ mediaType: 'text/csv; charset=utf-8', isCompressible: true, isKept: false },
    load: async () => (await import('./table-exports.js')).RUNS_CSV_WRITER,
  },
  'runs.parquet': {
    description: 'one run per row',
    ...{ pathSuffix: '/runs.parquet', fileSuffix: '-runs.parquet' },
    ...{ mediaType: 'application/vnd.apache.parquet', isCompressible: false, isKept: true },
    load: async () => (await import('./table-exports.js')).RUNS_PARQUET_WRITER,
  },
  'epochs.jsonl': {
    description: 'one epoch of a run per line: the learning curves',
    ...{ pathSuffix: '/epochs.jsonl', fileSuffix: '-epochs.jsonl' },
    ...{ mediaType: 'application/jsonl; charset=utf-8', isCompressible: true, isKept: false },
    load: async () => (await import('./table-exports.js')).EPOCHS_LINES_WRITER,
  },
  'epochs.csv': {
    description: 'one epoch of a run per line',
    ...{ pathSuffix: '/epochs.csv', fileSuffix: '-epochs.csv' },
    ...{ mediaType: 'text/csv; charset=utf-8', isCompressible: true, isKept: false },
    load: async () => (await import('./table-exports.js')).EPOCHS_CSV_WRITER,
  },
  'epochs.parquet': {
    description: 'one epoch of a run per row',
    ...{ pathSuffix: '/epochs.parquet', fileSuffix: '-epochs.parquet' },
    ...{ mediaType: 'application/vnd.apache.parquet', isCompressible: false, isKept: true },
    load: async () => (await import('./table-exports.js')).EPOCHS_PARQUET_WRITER,
  },
  csv: {
    description: 'one evaluation per line, without vectors',
    ...{ pathSuffix: '.csv', fileSuffix: '.csv' },
    ...{ mediaType: 'text/csv; charset=utf-8', isCompressible: true, isKept: false },
    load: async () => (await import('./csv-export.js')).CSV_WRITER,
  },
  parquet: {
    description: 'one evaluation per row, with outputs and spectra',
    ...{ pathSuffix: '.parquet', fileSuffix: '.parquet' },
    ...{ mediaType: 'application/vnd.apache.parquet', isCompressible: false, isKept: true },
    load: async () => (await import('./parquet-export.js')).PARQUET_WRITER,
  },
  'outputs.npy': {
    description: 'float32 matrix with a row of outputs for each line of jsonl',
    ...{ pathSuffix: '/outputs.npy', fileSuffix: '-outputs.npy' },
    // Outputs hardly shrink.
    ...{ mediaType: 'application/octet-stream', isCompressible: false, isKept: false },
    load: async () => (await import('./matrix-export.js')).OUTPUTS_WRITER,
  },
  'fisher-spectra.npy': {
    description: 'float32 matrix with a spectrum for each line of jsonl, NaN if there is none',
    ...{ pathSuffix: '/fisher-spectra.npy', fileSuffix: '-fisher-spectra.npy' },
    ...{ mediaType: 'application/octet-stream', isCompressible: true, isKept: false },
    load: async () => (await import('./matrix-export.js')).SPECTRA_WRITER,
  },
  'fisher-spectra.jsonl': {
    description: 'one spectrum per line, of every function that has one, evaluated or not',
    ...{ pathSuffix: '/fisher-spectra.jsonl', fileSuffix: '-fisher-spectra.jsonl' },
    ...{ mediaType: 'application/jsonl; charset=utf-8', isCompressible: true, isKept: false },
    load: async () => (await import('./spectra-export.js')).SPECTRA_LINES_WRITER,
  },
  'map.parquet': {
    description: 'one function of the map per row, with its place, measured and predicted accuracy',
    ...{ pathSuffix: '/map.parquet', fileSuffix: '-map.parquet' },
    ...{ mediaType: 'application/vnd.apache.parquet', isCompressible: false, isKept: true },
    load: async () => (await import('./map-export.js')).MAP_PARQUET_WRITER,
  },
  'map.npy': {
    description: 'the numbers of map.parquet as records of four float32, in its order',
    ...{ pathSuffix: '/map.npy', fileSuffix: '-map.npy' },
    // Most functions of a large map are not measured.
    ...{ mediaType: 'application/octet-stream', isCompressible: true, isKept: false },
    load: async () => (await import('./map-export.js')).MAP_NPY_WRITER,
  },
} as const satisfies Record<string, ExportFormatEntry>

interface ExportFormatEntry {
  readonly description: string
  /** Follows `/export/<dataset>` in the address. */
  readonly pathSuffix: string
  /** Follows the name of the dataset in the name of a downloaded file. */
  readonly fileSuffix: string
  readonly mediaType: string
  /** Whether compressing an answer is worth the time. */
  readonly isCompressible: boolean
  /** Whether the export is written into a file once for each state, and not for each reader. */
  readonly isKept: boolean
  load(): Promise<ExportWriter>
}

export type ExportFormat = keyof typeof EXPORT_FORMATS

export const EXPORT_FORMAT_NAMES = Object.keys(EXPORT_FORMATS) as readonly ExportFormat[]
