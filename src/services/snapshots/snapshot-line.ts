import { formatFloat } from '../../datasets/writing/format-float.js'
import type { SnapshotEvaluation, SnapshotRun } from '../../db/snapshots/read-evaluations.js'
import { METRIC_PROPERTIES, type Metrics } from '../../metrics.js'

/**
 * An evaluation as a line of JSON. Equal evaluations give equal bytes. Checksums that people cite depend on every character,
 * so do not change this function: if the lines need another form, add a function for it. A field that earlier runs do not
 * have may be added if it is left out where it is null.
 */
export function formatSnapshotLine({ expression, activationId, runs, ...metrics }: SnapshotEvaluation): string {
  const fields = [
    `"expression":${JSON.stringify(expression)}`,
    `"activationId":"${activationId}"`,
    ...formatMetrics(metrics as Metrics),
    `"runCount":${runs.length}`,
    `"runs":[${runs.map(formatRun).join(',')}]`,
  ]
  return `{${fields.join(',')}}\n`
}

function formatRun(run: SnapshotRun): string {
  const { seed, version, backend, device, softwareVersion, metadata, learnedParameters, endReason } = run
  const fields = [
    ...toFields({ seed, version }),
    ...formatMetrics(run),
    ...toFields({ backend, device, softwareVersion }),
    ...(metadata == null ? [] : toFields({ metadata })),
    ...(learnedParameters == null ? [] : toFields({ learnedParameters })),
    ...(endReason == null ? [] : toFields({ endReason })),
  ]
  return `{${fields.join(',')}}`
}

function formatMetrics(metrics: Metrics): string[] {
  return METRIC_PROPERTIES.map((name) => `"${name}":${formatFloat(metrics[name])}`)
}

function toFields(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values).map(([name, value]) => `"${name}":${JSON.stringify(value)}`)
}

/** An evaluation of a snapshot. */
export interface SnapshotLine extends SnapshotEvaluation {
  readonly runCount: number
}

export function parseSnapshotLine(line: string): SnapshotLine {
  return JSON.parse(line) as SnapshotLine
}
