import { formatFloat } from '../../datasets/writing/format-float.js'
import { type BulkEvaluation, readEvaluations } from '../../db/exports/read-exported.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import { createStreamWriter } from './export-format.js'

/** One evaluation per line, without vectors. */
export const CSV_WRITER = createStreamWriter(async function* ({ db, scope }) {
  yield `${['expression', 'activationId', ...METRIC_PROPERTIES].join(',')}\n`
  for await (const row of readEvaluations(db, scope, { withOutputs: false, withSpectra: false })) yield formatLine(row)
})

/** A record by RFC 4180. Expressions contain commas and never quotes, so they are quoted without escapes. */
function formatLine(row: BulkEvaluation): string {
  const metrics = METRIC_PROPERTIES.map((name) => (row[name] === null ? '' : formatFloat(row[name])))
  return `${[`"${row.expression}"`, row.activationId, ...metrics].join(',')}\n`
}
