import { z } from 'zod'

/** The files of a shipped dataset. All files except the manifest are compressed with gzip. */
export const SEED_FILES = {
  evaluations: 'evaluations.json.gz',
  runs: 'runs.jsonl.gz',
  spectra: 'spectra.bin.gz',
  spectraFunctions: 'spectra.json.gz',
  umapKnn: 'surrogate.json.gz',
  gaussianProcess: 'gaussian-process.json.gz',
} as const

/**
 * Functions of the literature that were measured in the dataset, one run or spectrum a line. The manifest does not list it,
 * because it may grow within a version of the dataset (docs/decisions/0015-literature-data.md).
 */
export const LITERATURE_FILE = 'literature.jsonl.gz'

/** `manifest.json` of a shipped dataset: its description, and the commands that make its data. */
export type SeedManifest = z.infer<typeof MANIFEST>

/** Reads a manifest; throws an error of one line that names the field that is malformed. */
export function parseSeedManifest(text: string, path: string): SeedManifest {
  const parsed = MANIFEST.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`${path}: ${issue?.path.join('.')}: ${issue?.message}`)
}

const MANIFEST = z.strictObject({
  name: z.string(),
  version: z.string(),
  title: z.string(),
  description: z.string(),
  architecture: z.string(),
  task: z.string(),
  searchSpace: z.array(z.string()),
  /** Number of values of a Fisher spectrum; null if the dataset has none. */
  fisherSpectrumLength: z.int().positive().nullable(),
  license: z.string(),
  citation: z.string(),
  /** The shell commands that make the files again. */
  commands: z.array(z.string()),
  seeds: z.array(z.int()),
  backends: z.array(z.string()),
  softwareVersions: z.array(z.string()),
  /** The version of the fits of the surrogates (`FIT_METHOD`); 1 if it is missing. */
  surrogateMethod: z.int().optional(),
  counts: z.strictObject({ evaluations: z.int(), runs: z.int(), spectra: z.int() }),
  files: z.record(z.string(), z.strictObject({ bytes: z.int(), sha256: z.string() })),
})
