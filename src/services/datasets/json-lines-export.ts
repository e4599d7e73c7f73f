import { shortestFloat32 } from '../../datasets/act-bench.js'
import { type BulkEvaluation, readEvaluations } from '../../db/exports/read-exported.js'
import { createStreamWriter } from './export-format.js'

/** One evaluation per line, with the names of the API. */
export const JSON_LINES_WRITER = createStreamWriter(async function* ({ db, scope }) {
  for await (const row of readEvaluations(db, scope, { withOutputs: false, withSpectra: true })) yield formatLine(row)
})

function formatLine({ spectrum, outputs: _, ...row }: BulkEvaluation): string {
  return `${JSON.stringify({ ...row, fisherSpectrum: spectrum && Array.from(spectrum, shortestFloat32) })}\n`
}
