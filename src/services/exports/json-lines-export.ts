import { formatFloat, formatFloat32s } from '../../datasets/writing/format-float.js'
import { type BulkEvaluation, readEvaluations } from '../../db/exports/read-exported.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import { createStreamWriter } from './export-format.js'

/** One evaluation per line, with the names of the API. */
export const JSON_LINES_WRITER = createStreamWriter(async function* ({ db, scope }) {
  for await (const row of readEvaluations(db, scope, { withOutputs: false, withSpectra: true })) yield formatLine(row)
})

function formatLine({ expression, activationId, equivalents, spectrum, ...row }: BulkEvaluation): string {
  const fields = [
    `"expression":${JSON.stringify(expression)}`,
    `"activationId":"${activationId}"`,
    ...METRIC_PROPERTIES.map((name) => `"${name}":${formatFloat(row[name])}`),
    `"equivalents":${JSON.stringify(equivalents)}`,
    `"fisherSpectrum":${spectrum ? formatFloat32s(spectrum) : 'null'}`,
  ]
  return `{${fields.join(',')}}\n`
}
