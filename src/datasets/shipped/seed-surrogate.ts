import { z } from 'zod'

/** A fitted surrogate as it ships: activations by identity, evaluations by expression, so that any database takes it. */
export type SeedSurrogate = z.infer<typeof SURROGATE>

/** A row of `points`. */
export type SeedPoint = SeedSurrogate['points'][number]

/** Reads `surrogate.json`; throws an error of one line that names the field that is malformed. */
export function parseSeedSurrogate(text: string): SeedSurrogate {
  const parsed = SURROGATE.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`surrogate: ${issue?.path.join('.')}: ${issue?.message}`)
}

const number = z.number().nullable()

const SURROGATE = z.strictObject({
  algorithm: z.literal('UMAP_KNN'),
  features: z.array(z.enum(['OUTPUTS', 'FISHER_SPECTRUM'])),
  trainedOn: z.int(),
  leftOut: z.int(),
  fittedAt: z.iso.datetime(),
  fitSeconds: number,
  /** As it was measured where it was fitted; an import measures anew. */
  quality: z.strictObject({
    ...{ spearman: number, kendall: number, meanAbsoluteError: number, topRecall: number, folds: number },
    intervalCoverage: number.default(null),
  }),
  /** The fit's bytes, with identities for ids. */
  artifact: z.base64(),
  points: z.array(
    z.strictObject({
      /** 64 hexadecimal digits. */
      identity: z.string(),
      ...{ x: number, y: number, mean: number, standardDeviation: number, measured: number },
      hasSpectrum: z.boolean(),
      /** Expressions of evaluations, nearest first. */
      basedOn: z.array(z.string()),
    }),
  ),
})
