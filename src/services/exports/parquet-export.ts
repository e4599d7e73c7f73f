import { writeParquet } from '../../datasets/writing/write-parquet.js'
import { readEvaluations } from '../../db/exports/read-exported.js'
import { createStreamWriter } from './export-format.js'
import { toMetadata } from './parquet-metadata.js'

/** One evaluation per row, with outputs and spectra. */
export const PARQUET_WRITER = createStreamWriter(({ db, dataset, scope }) =>
  writeParquet(readEvaluations(db, scope, { withOutputs: true, withSpectra: true }), toMetadata(dataset)),
)
