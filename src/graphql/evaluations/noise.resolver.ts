import { Arg, Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql'
import type { DatasetRow, EvaluationRow, SeedNoise as SeedNoiseSource } from '../../db/loaders.js'
import { METRICS } from '../../metrics.js'
import type { RankInterval as RankIntervalSource } from '../../services/evaluations/rank-intervals.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { Metric } from '../enums.js'
import { Evaluation } from './evaluation.type.js'
import { RankInterval, SeedNoise } from './noise.type.js'

const METRIC = { nullable: true, defaultValue: 'VALIDATION_ACCURACY', description: 'The metric to use.' } as const

/** How much the value and the rank of an evaluation depend on the seeds. */
@Resolver(() => Evaluation)
export class EvaluationNoiseResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'The sample standard deviation of the metric over the runs (n - 1 in the denominator); null if fewer than two runs have the metric.',
  })
  async standardDeviation(
    @Root() { id }: EvaluationRow,
    @Arg('metric', () => Metric, METRIC) metric: Metric,
    @Ctx() { loaders }: Context,
  ): Promise<number | null> {
    const { property } = METRICS[metric]
    const values = (await loaders.runsOfEvaluation.load(id)).flatMap((run) => run[property] ?? [])
    if (values.length < 2) return null
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  }

  @FieldResolver(() => RankInterval, {
    nullable: true,
    description: `The ranks that are plausible, given that results differ from seed to seed: if all trainings were repeated, the
true rank would lie within this interval in about 95 of 100 cases. The true rank is the one that infinitely many runs of
every function would give. The interval takes into account how many runs the evaluation has, and that the best of many
functions was partly lucky. Null if the metric or its noise is unknown.`,
  })
  rankInterval(
    @Root() { id }: EvaluationRow,
    @Arg('metric', () => Metric, METRIC) metric: Metric,
    @Ctx() { loaders }: Context,
  ): Promise<RankIntervalSource | null> {
    return loaders.rankInterval(metric).load(id)
  }
}

/** How much the values of a dataset depend on the seeds. */
@Resolver(() => Dataset)
export class DatasetNoiseResolver {
  @FieldResolver(() => SeedNoise, {
    nullable: true,
    description: `How much the metric of one function differs from seed to seed. The estimate uses the functions that have several runs
and are not worse than the median of the dataset. Null if the dataset has no such functions.`,
  })
  seedNoise(
    @Root() { id }: DatasetRow,
    @Arg('metric', () => Metric, METRIC) metric: Metric,
    @Ctx() { loaders }: Context,
  ): Promise<SeedNoiseSource | null> {
    return loaders.seedNoise(metric).load(id)
  }
}
