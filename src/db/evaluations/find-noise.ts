import { METRICS, type Metric } from '../statements/metrics.js'
import type { Queryable } from '../statements/rows.js'

/** How much a metric of one function differs from seed to seed. */
export interface SeedNoise {
  /** Pooled: the root of the summed squared distances from the evaluations' own means, by the degrees of freedom. */
  readonly standardDeviation: number
  /** How many evaluations, and runs of these, it rests on. */
  readonly evaluations: number
  readonly runs: number
}

/** The places that an evaluation keeps if its value moves by the noise. */
export interface RankInterval {
  readonly best: number
  readonly worst: number
}

/** How far a value may be from what further seeds would give: 95% of normal errors. */
const STANDARD_ERRORS = 2

/**
 * The noise of a metric in each dataset, over the runs of its present version; null where no evaluation has two runs with it. Only evaluations not worse than the
 * dataset's median count: functions that do not learn at all agree from seed to seed, and nobody compares those.
 */
export async function findSeedNoise(
  db: Queryable,
  metric: Metric,
  datasetIds: readonly number[],
): Promise<(SeedNoise | null)[]> {
  const { rows } = await db.query(`with ${noiseSql(metric)} select * from noise`, [datasetIds])
  const found = new Map<number, SeedNoise>(rows.map(({ dataset_id, ...noise }) => [dataset_id, noise]))
  return datasetIds.map((id) => found.get(id) ?? null)
}

/**
 * The ranks of each evaluation if its value were better or worse by two standard errors: the dataset's noise by the root
 * of its runs. Null where the metric is missing or the noise is not known.
 */
export async function findRankIntervals(
  db: Queryable,
  metric: Metric,
  ids: readonly number[],
): Promise<(RankInterval | null)[]> {
  const { column, isHigherBetter } = METRICS[metric]
  const [ahead, sign] = isHigherBetter ? ['>', 1] : ['<', -1]
  const { rows } = await db.query(
    `with ${noiseSql(metric, 'select dataset_id from evaluations where id = any($1::int[])')}
     select e.id,
       (select count(*)::int + 1 from evaluations b
        where b.dataset_id = e.dataset_id and b.${column} ${ahead} e.${column} + ${sign} * e.margin) as best,
       (select count(*)::int + 1 from evaluations b
        where b.dataset_id = e.dataset_id and b.${column} ${ahead} e.${column} - ${sign} * e.margin and b.id <> e.id) as worst
     from (select e.*, ${STANDARD_ERRORS} * n."standardDeviation" / sqrt(greatest(1,
             (select count(r.${column}) from runs r
              where r.evaluation_id = e.id and r.dataset_version = d.version))) as margin
           from evaluations e join noise n on n.dataset_id = e.dataset_id join datasets d on d.id = e.dataset_id
           where e.id = any($1::int[]) and e.${column} is not null) as e`,
    [ids],
  )
  const found = new Map<number, RankInterval>(rows.map(({ id, ...interval }) => [id, interval]))
  return ids.map((id) => found.get(id) ?? null)
}

/** Common tables, the last one `noise` with a row for each dataset that has any. */
function noiseSql(metric: Metric, datasetIds = 'select unnest($1::int[])'): string {
  const { column, isHigherBetter } = METRICS[metric]
  return `medians as (
      select dataset_id, percentile_cont(0.5) within group (order by ${column}) as median
      from evaluations where dataset_id in (${datasetIds}) group by dataset_id),
    repeated as (
      select e.dataset_id, count(r.${column}) as runs, var_samp(r.${column}) * (count(r.${column}) - 1) as squares
      from medians m
      join evaluations e on e.dataset_id = m.dataset_id and e.${column} ${isHigherBetter ? '>=' : '<='} m.median
      join datasets d on d.id = e.dataset_id
      join runs r on r.evaluation_id = e.id and r.dataset_version = d.version
      group by e.id having count(r.${column}) > 1),
    noise as (
      select dataset_id, sqrt(sum(squares) / sum(runs - 1)) as "standardDeviation",
        count(*)::int as evaluations, sum(runs)::int as runs
      from repeated group by dataset_id)`
}
