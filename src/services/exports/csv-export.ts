import { formatFloat } from '../../datasets/writing/format-float.js'
import { type BulkEvaluation, readEvaluations } from '../../db/exports/read-exported.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import { createStreamWriter } from './export-format.js'

/** One evaluation per line, without vectors. */
export const CSV_WRITER = createStreamWriter(async function* ({ db, scope }) {
  yield `${['expression', 'activationId', ...METRIC_PROPERTIES].join(',')}\n`
  for await (const row of readEvaluations(db, scope, { withOutputs: false, withSpectra: false })) yield formatLine(row)
})

/** A record by RFC 4180. Expressions contain commas, and quotes around the names of parameters. */
function formatLine(row: BulkEvaluation): string {
  const metrics = METRIC_PROPERTIES.map((name) => (row[name] === null ? '' : formatFloat(row[name])))
  return `${[`"${row.expression.replaceAll('"', '""')}"`, row.activationId, ...metrics].join(',')}\n`
}
