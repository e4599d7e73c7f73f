import type { KyselyDb } from '../../db/connection/kysely.js'
import { cachedByState } from '../../db/evaluations/cached-by-state.js'
import { type ComparedRow, listCompared } from '../../db/evaluations/list-compared.js'
import { ActbenchError } from '../../errors.js'
import type { Metric } from '../../metrics.js'
import { compareFunctions } from '../../numeric/comparisons/compare-functions.js'
import { type Correction, correctByHolm } from '../../numeric/comparisons/holm.js'
import { type ComparisonModel, openComparisonModels, signOf, toCompared } from './comparison-model.js'

/** Two evaluations of one dataset. */
export interface ComparedPair {
  readonly evaluationId: number
  readonly otherId: number
}

export type Verdict = 'BETTER' | 'WORSE' | 'TIED' | 'UNKNOWN'

export interface EvaluationComparisonRecord extends ComparedPair {
  readonly metric: Metric
  /** In units of the metric, the first minus the other. */
  readonly difference: number
  readonly standardError: number | null
  readonly degreesOfFreedom: number | null
  readonly pValue: number | null
  readonly commonSeeds: number
  readonly verdict: Verdict
}

/** Differences that are less likely between equals are real. */
const LEVEL = 0.05

/** Compares pairs of evaluations. A pair without the metric has a NOT_FOUND in its place. */
export async function compareEvaluations(
  db: KyselyDb,
  metric: Metric,
  pairs: readonly ComparedPair[],
): Promise<(EvaluationComparisonRecord | ActbenchError)[]> {
  const { rows, models } = await readPairs(db, metric, pairs)
  return pairs.map((pair) => {
    const [left, right] = [rows.get(pair.evaluationId), rows.get(pair.otherId)]
    if (!left || !right)
      return new ActbenchError(
        'NOT_FOUND',
        `metric: one of the two evaluations has no ${metric}; expected both to have it`,
      )
    const noise = models.get(left.datasetId)?.noise ?? null
    const isSame = left.id === right.id
    const [first, second] = [toCompared(metric, left), toCompared(metric, right)]
    const { difference, standardError, degrees, pValue, commonSeeds } = compareFunctions(noise, first, second)
    const isReal = pValue !== null && pValue < LEVEL
    const known = {
      standardError: isSame && standardError !== null ? 0 : standardError,
      degreesOfFreedom: Number.isFinite(degrees) ? degrees : null,
      verdict: pValue === null ? 'UNKNOWN' : !isReal ? 'TIED' : difference > 0 ? 'BETTER' : 'WORSE',
    } as const
    // Not -0.
    return { ...pair, ...known, metric, difference: signOf(metric) * difference || 0, pValue, commonSeeds }
  })
}

/**
 * The probabilities of the same comparisons, corrected for a comparison of the other evaluation with every evaluation of the
 * dataset. Null where nothing is known of the noise.
 */
export async function correctComparisons(
  db: KyselyDb,
  metric: Metric,
  comparisons: readonly EvaluationComparisonRecord[],
): Promise<(number | null)[]> {
  const { rows, models } = await readPairs(db, metric, comparisons)
  const corrections = new Map<number, Correction>()
  for (const otherId of new Set(comparisons.map((each) => each.otherId))) {
    const other = rows.get(otherId)
    const model = other && models.get(other.datasetId)
    if (!model) continue
    const [correction] = await cachedByState(db, `holm ${metric} ${otherId}`, [other.datasetId], async () =>
      correctAgainst(metric, model, other),
    )
    corrections.set(otherId, correction)
  }
  return comparisons.map(({ evaluationId, otherId, pValue }) => {
    if (pValue === null) return null
    return evaluationId === otherId ? 1 : (corrections.get(otherId)?.adjust(pValue) ?? null)
  })
}

/** The family: one evaluation against every other one of its dataset. */
function correctAgainst(metric: Metric, { noise, functions }: ComparisonModel, other: ComparedRow): Correction {
  const right = toCompared(metric, other)
  const family = functions.map((each) => ({
    count: each.count,
    pValue: compareFunctions(noise, each, right).pValue ?? 1,
  }))
  // The evaluation itself is among them, as the least significant: it is not compared with itself.
  const itself = family.reduce((most, { pValue }, i) => (pValue > family[most].pValue ? i : most), 0)
  return correctByHolm(family.map(({ count, pValue }, i) => ({ pValue, count: i === itself ? count - 1 : count })))
}

async function readPairs(db: KyselyDb, metric: Metric, pairs: readonly ComparedPair[]) {
  const ids = [...new Set(pairs.flatMap(({ evaluationId, otherId }) => [evaluationId, otherId]))]
  const rows = await listCompared(db, metric, ids)
  const models = await openComparisonModels(
    db,
    metric,
    rows.map(({ datasetId }) => datasetId),
  )
  return { rows: new Map(rows.map((row) => [row.id, row])), models }
}
