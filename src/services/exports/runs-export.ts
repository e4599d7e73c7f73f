import { formatFloat } from '../../datasets/writing/format-float.js'
import { type BulkRun, readRuns } from '../../db/exports/read-exported.js'
import { METRIC_PROPERTIES } from '../../metrics.js'
import { createStreamWriter } from './export-format.js'

/** One run per line, with the names of the API. */
export const RUNS_WRITER = createStreamWriter(async function* ({ db, scope }) {
  for await (const run of readRuns(db, scope)) yield formatLine(run)
})

function formatLine(run: BulkRun): string {
  const { expression, activationId, seed, version, backend, device, softwareVersion, metadata, createdAt } = run
  const { learnedParameters, endReason } = run
  const fields = Object.entries({ expression, activationId, seed, version })
  const more = Object.entries({ backend, device, softwareVersion, metadata, learnedParameters, endReason, createdAt })
  const toField = ([name, value]: [string, unknown]) => `"${name}":${JSON.stringify(value)}`
  const metrics = METRIC_PROPERTIES.map((name) => `"${name}":${formatFloat(run[name])}`)
  return `{${[...fields.map(toField), ...metrics, ...more.map(toField)].join(',')}}\n`
}
