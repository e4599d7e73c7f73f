import { formatExpression } from '../../src/activations/expression.js'
import { REFERENCE_SAMPLES } from '../../src/activations/reference-samples.js'
import {
  ACT_BENCH_OPERATORS,
  ACT_BENCH_SCHEMAS,
  enumerateExpressions,
  parseSchema,
} from '../../src/activations/search-space.js'
import type { Database } from '../../src/db/connection/client.js'
import type { Dataset, DatasetOrigin } from '../../src/db/generated/client.js'
import { toLittleEndianBytes } from '../../src/db/statements/float32.js'
import { type ActivationDescription, describeActivation } from '../../src/services/activations/describe-activation.js'

export interface StoredFunction {
  readonly activationId: number
  readonly described: ActivationDescription
}

/** Lists distinct finite functions, spread evenly over the Act-Bench space. Each has the first of its spellings. */
export function listFunctions(count: number): ActivationDescription[] {
  const functions = new Map<string, ActivationDescription>()
  const texts = ACT_BENCH_SCHEMAS.flatMap((schema) =>
    Array.from(enumerateExpressions(parseSchema(schema), ACT_BENCH_OPERATORS), formatExpression),
  )
  // The stride has no common factor with the number of texts: every text is visited once, and neighbours far apart.
  for (let place = 0; functions.size < count && place < texts.length; place++) {
    const described = describeActivation(texts[(place * 1031) % texts.length])
    if (described.isFinite && !functions.has(described.identityHex)) functions.set(described.identityHex, described)
  }
  return [...functions.values()]
}

/** Stores functions in the tables that the product uses. */
export async function storeFunctions(
  database: Database,
  functions: readonly ActivationDescription[],
): Promise<StoredFunction[]> {
  const stored: StoredFunction[] = []
  for (const described of functions) {
    const { identityHex, canonicalText, depth, operators, isConstant, outputs } = described
    const { rows } = await database.pool.query(
      `WITH a AS (
         INSERT INTO activations (identity, expression, depth, operators, is_finite, is_constant)
         VALUES ($1, $2, $3, $4, true, $5) RETURNING id
       ), o AS (INSERT INTO activation_outputs (activation_id, values) SELECT id, $6 FROM a),
       e AS (INSERT INTO expressions (text, activation_id, length) SELECT $2, id, char_length($2) FROM a)
       SELECT id FROM a`,
      [Buffer.from(identityHex, 'hex'), canonicalText, depth, operators, isConstant, toLittleEndianBytes(outputs)],
    )
    stored.push({ activationId: rows[0].id, described })
  }
  return stored
}

export interface SyntheticDataset {
  readonly name?: string
  readonly origin?: DatasetOrigin
  readonly ownerId?: number | null
  readonly trainable?: boolean
  readonly searchSpace?: readonly string[]
  /** Functions with a spectrum. If left out, the dataset has no spectra. */
  readonly spectra?: readonly StoredFunction[]
  readonly measured: readonly StoredFunction[]
}

/** Number of values in a synthetic spectrum. */
export const SPECTRUM_LENGTH = 101

/** Creates a dataset whose accuracies and spectra are smooth functions of the outputs. */
export async function createSyntheticDataset(database: Database, options: SyntheticDataset): Promise<Dataset> {
  const origin = options.origin ?? 'IMPORTED'
  const dataset = await database.prisma.dataset.create({
    data: {
      name: options.name ?? 'synthetic',
      version: '1',
      title: 'Synthetic',
      description: 'Accuracies computed from outputs.',
      architecture: 'none',
      task: 'none',
      origin,
      trainable: options.trainable ?? false,
      searchSpace: [...(options.searchSpace ?? ACT_BENCH_SCHEMAS)],
      fisherSpectrumLength: options.spectra ? SPECTRUM_LENGTH : null,
      apiKeyId: options.ownerId ?? null,
    },
  })
  await database.prisma.evaluation.createMany({
    data: options.measured.map(({ activationId, described }) => ({
      datasetId: dataset.id,
      activationId,
      expression: described.canonicalText,
      origin,
      validationAccuracy: computeSyntheticAccuracy(described.outputs),
    })),
  })
  await database.prisma.fisherSpectrum.createMany({
    data: (options.spectra ?? []).map(({ activationId, described }) => ({
      datasetId: dataset.id,
      activationId,
      datasetVersion: dataset.version,
      values: toLittleEndianBytes(computeSyntheticSpectrum(described.outputs)),
    })),
  })
  return dataset
}

/**
 * Let f be the outputs, x the samples and s the swish of x. Then d2 = mean (f - s)², m = mean f·x (the mean slope, by
 * Stein's identity) and t = -log(1 + d2) + tanh(m) / 2. The accuracy is the logistic function of t, between 0 and 1.
 */
export function computeSyntheticAccuracy(outputs: Float32Array): number {
  let distance = 0
  let slope = 0
  outputs.forEach((y, index) => {
    const x = REFERENCE_SAMPLES[index]
    distance += (y - x / (1 + Math.exp(-x))) ** 2 / outputs.length
    slope += (y * x) / outputs.length
  })
  return 1 / (1 + Math.exp(Math.log(1 + distance) - Math.tanh(slope) / 2))
}

/** The cumulative distribution of arsinh(outputs) at equally spaced edges in [-10, 10]. It rises from 0 to 1. */
export function computeSyntheticSpectrum(outputs: Float32Array): Float32Array {
  const spectrum = new Float32Array(SPECTRUM_LENGTH)
  for (const y of outputs) {
    const place = Math.ceil(((Math.asinh(y) + 10) / 20) * (SPECTRUM_LENGTH - 1))
    for (let edge = Math.max(0, Math.min(SPECTRUM_LENGTH - 1, place)); edge < SPECTRUM_LENGTH; edge++) {
      spectrum[edge] += 1 / outputs.length
    }
  }
  return spectrum
}
