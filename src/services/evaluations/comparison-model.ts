import type { KyselyDb } from '../../db/connection/kysely.js'
import { cachedByState } from '../../db/evaluations/cached-by-state.js'
import { findSeedNoise } from '../../db/evaluations/find-noise.js'
import { type ComparedRow, listForComparison } from '../../db/evaluations/list-compared.js'
import { METRICS, type Metric } from '../../metrics.js'
import { type ComparedFunction, fitPairNoise, type PairNoise } from '../../numeric/comparisons/pair-noise.js'
import { type CountedFunction, findTieGroups, type TieGroups } from '../../numeric/comparisons/tie-groups.js'

/** What comparisons of a dataset are made with. In all values, higher is better. */
export interface ComparisonModel {
  readonly noise: PairNoise
  /** All functions with the metric; those with at most one run and similar values are counted together. */
  readonly functions: readonly CountedFunction[]
  readonly groups: TieGroups
}

/** Values of single runs within this share of the noise count together. */
const RESOLUTION = 1 / 64

/** The model of each dataset; null if the noise is unknown. */
export async function openComparisonModels(
  db: KyselyDb,
  metric: Metric,
  datasetIds: readonly number[],
): Promise<Map<number, ComparisonModel | null>> {
  const ids = [...new Set(datasetIds)]
  const models = await cachedByState(db, `comparisons ${metric}`, ids, (id) => openModel(db, metric, id))
  return new Map(ids.map((id, i) => [id, models[i]]))
}

async function openModel(db: KyselyDb, metric: Metric, datasetId: number): Promise<ComparisonModel | null> {
  const [seedNoise] = await findSeedNoise(db, metric, [datasetId])
  if (!seedNoise) return null
  const { standardDeviation: deviation } = seedNoise
  const rows = await listForComparison(db, metric, datasetId, deviation * RESOLUTION)
  const repeated = rows.repeated.map((row) => toCompared(metric, row))
  const noise = fitPairNoise(repeated, deviation ** 2)
  if (!noise) return null
  const sign = signOf(metric)
  const functions: CountedFunction[] = [
    ...repeated.map((each) => ({ ...each, count: 1 })),
    ...rows.others.map(([own, seed, runs, count]) => {
      const value = sign * own
      return { value, runs: Array.from({ length: runs }, () => ({ seed, value })), count }
    }),
  ]
  return { noise, functions, groups: findTieGroups(noise, functions) }
}

/** A row as a function of which higher values are better. */
export function toCompared(metric: Metric, { value, runs }: ComparedRow): ComparedFunction {
  const sign = signOf(metric)
  return { value: sign * value, runs: runs.map(([seed, own]) => ({ seed, value: sign * own })) }
}

/** 1 if higher values are better, else -1. */
export function signOf(metric: Metric): 1 | -1 {
  return METRICS[metric].isHigherBetter ? 1 : -1
}
