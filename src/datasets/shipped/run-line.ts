import { z } from 'zod'
import { LEARNED_PARAMETERS, type LearnedParameter } from '../../learned-parameters.js'
import { METRIC_ENTRIES, type MetricProperty, type Metrics } from '../../metrics.js'

/** Train accuracy, train loss, validation accuracy, validation loss of one epoch; losses are null if they are not finite. */
export type EpochValues = readonly [number, number | null, number, number | null]

/** One training from scratch with one seed, as a line of JSON in the files of bulk training and of shipped datasets. */
export interface RunLine extends Metrics {
  readonly dataset: string
  readonly version: string
  readonly expression: string
  readonly seed: number
  readonly epochs: readonly EpochValues[]
  readonly backend: string | null
  readonly device: string | null
  readonly softwareVersion: string | null
  /** Absent if the function has no parameters, or if the training diverged. */
  readonly learnedParameters?: readonly LearnedParameter[]
  /** Why the training ended before the last epoch of its recipe; absent if it did not. */
  readonly endReason?: string
}

/** Reads one line; throws an error that names the malformed field. */
export function parseRunLine(line: string): RunLine {
  const parsed = RUN_LINE.safeParse(JSON.parse(line))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
}

const loss = z.number().nullable()
const METRIC_KINDS = {
  accuracy: z.number().min(0).max(1).nullable(),
  loss,
  duration: z.number().min(0).nullable(),
}
const METRIC_FIELDS = Object.fromEntries(
  METRIC_ENTRIES.map(({ property, kind }) => [property, METRIC_KINDS[kind]]),
) as Record<MetricProperty, z.ZodNullable<z.ZodNumber>>

const RUN_LINE = z.object({
  dataset: z.string(),
  version: z.string(),
  expression: z.string(),
  seed: z.int(),
  ...METRIC_FIELDS,
  epochs: z.array(z.tuple([z.number(), loss, z.number(), loss])),
  backend: z.string().nullable(),
  device: z.string().nullable(),
  softwareVersion: z.string().nullable(),
  learnedParameters: LEARNED_PARAMETERS.optional(),
  endReason: z.string().optional(),
})
