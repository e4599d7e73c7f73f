import { z } from 'zod'

/** A surrogate as it ships. It names activations and evaluations by expression, so it fits any database. */
export type SeedSurrogate = z.infer<typeof SURROGATE>

/** Reads `surrogate.json`; throws an error of one line that names the field that is malformed. */
export function parseSeedSurrogate(text: string): SeedSurrogate {
  const parsed = SURROGATE.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`surrogate: ${issue?.path.join('.')}: ${issue?.message}`)
}

const number = z.number().nullable()
/** Files of older versions have none. */
const place = z.tuple([z.number(), z.number()]).readonly().nullable().default(null)

const QUARTER = z.strictObject({
  ...{ functions: z.int(), lowestPrediction: z.number(), highestPrediction: z.number() },
  ...{ bias: z.number(), meanAbsoluteError: z.number(), intervalCoverage: z.number() },
})

const SURROGATE = z.strictObject({
  algorithm: z.enum(['UMAP_KNN', 'GAUSSIAN_PROCESS']),
  features: z.array(z.enum(['OUTPUTS', 'FISHER_SPECTRUM'])),
  trainedOn: z.int(),
  leftOut: z.int(),
  fittedAt: z.iso.datetime(),
  fitSeconds: number,
  /** The version of fits and their quality. Files of 0.4.0 and older have none. */
  method: z.int().default(1),
  /** Measured by cross-validation during the fit. */
  quality: z.strictObject({
    ...{ spearman: number, kendall: number, meanAbsoluteError: number, topRecall: number, folds: number },
    intervalCoverage: number.default(null),
    functions: number.default(null),
    quarters: z.array(QUARTER).nullable().default(null),
  }),
  /** The bytes of the fit, with expressions in place of ids. */
  artifact: z.base64(),
  points: z.array(
    z.strictObject({
      expression: z.string(),
      ...{ x: number, y: number, mean: number, standardDeviation: number, measured: number },
      /** Places on the maps by outputs only and by spectra only. */
      ...{ outputsPoint: place, spectrumPoint: place },
      hasSpectrum: z.boolean(),
      /** Expressions of evaluations, nearest first. */
      basedOn: z.array(z.string()),
    }),
  ),
})
