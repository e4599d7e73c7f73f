import { z } from 'zod'

/** The Fisher spectrum of a function, or the reason why it has none. */
export interface Spectrum {
  readonly expression: string
  readonly values: Float32Array | null
  /** Null if there are values. */
  readonly reason: string | null
}

/** A spectrum as a line of JSON in the files of bulk work. */
export interface SpectrumLine extends Spectrum {
  readonly dataset: string
  readonly version: string
}

/** Writes a line; the numbers are float32, little-endian, in base64. */
export function formatSpectrumLine({ values, ...rest }: SpectrumLine): string {
  if (!values) return JSON.stringify({ ...rest, values })
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, i * 4)
  return JSON.stringify({ ...rest, values: bytes.toString('base64') })
}

/** Reads a line; throws an error that names the field that is malformed. */
export function parseSpectrumLine(line: string): SpectrumLine {
  const parsed = LINE.safeParse(JSON.parse(line))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { values, ...rest } = parsed.data
  if (values === null) return { ...rest, values }
  const bytes = Buffer.from(values, 'base64')
  return { ...rest, values: Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4)) }
}

/** Whether a line of bulk work is a spectrum. Otherwise it is a run. */
export function isSpectrumLine(line: string): boolean {
  return 'values' in (JSON.parse(line) as object)
}

const LINE = z.object({
  dataset: z.string(),
  version: z.string(),
  expression: z.string(),
  values: z.base64().nullable(),
  reason: z.string().nullable(),
})
