import { z } from 'zod'
import type { Metrics } from '../metrics.js'

/** Train accuracy, train loss, validation accuracy, validation loss of one epoch; losses are null where not finite. */
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
}

/** Reads one line; throws an error that names the field that is malformed. */
export function parseRunLine(line: string): RunLine {
  const parsed = RUN_LINE.safeParse(JSON.parse(line))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
}

const fraction = z.number().min(0).max(1).nullable()
const loss = z.number().nullable()

const RUN_LINE = z.object({
  dataset: z.string(),
  version: z.string(),
  expression: z.string(),
  seed: z.int(),
  trainAccuracy: fraction,
  trainLoss: loss,
  validationAccuracy: fraction,
  validationLoss: loss,
  testAccuracy: fraction,
  testLoss: loss,
  runtimeSeconds: z.number().min(0).nullable(),
  epochs: z.array(z.tuple([z.number(), loss, z.number(), loss])),
  backend: z.string().nullable(),
  device: z.string().nullable(),
  softwareVersion: z.string().nullable(),
})
