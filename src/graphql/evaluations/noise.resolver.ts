import { Arg, Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql'
import type {
  DatasetRow,
  EvaluationRow,
  RankInterval as RankIntervalSource,
  SeedNoise as SeedNoiseSource,
} from '../../db/loaders.js'
import { METRICS } from '../../metrics.js'
import { requireGiven } from '../bounds.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { Metric } from '../enums.js'
import { Evaluation } from './evaluation.type.js'
import { RankInterval, SeedNoise } from './noise.type.js'

const METRIC = { nullable: true, defaultValue: 'VALIDATION_ACCURACY', description: 'Which metric.' } as const

/** How far an evaluation's value and rank can be trusted. */
@Resolver(() => Evaluation)
export class EvaluationNoiseResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'The standard deviation of the metric over the runs (divided by their number less one); null with less than two.',
  })
  async standardDeviation(
    @Root() { id }: EvaluationRow,
    @Arg('metric', () => Metric, METRIC) metric: Metric | null,
    @Ctx() { loaders }: Context,
  ): Promise<number | null> {
    const { property } = METRICS[requireGiven('metric', metric)]
    const values = (await loaders.runsOfEvaluation.load(id)).flatMap((run) => run[property] ?? [])
    if (values.length < 2) return null
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  }

  @FieldResolver(() => RankInterval, {
    nullable: true,
    description: `The ranks that the noise of seeds leaves open: those of the value better and worse by two standard errors
(the dataset's \`seedNoise\` divided by the root of the number of runs). Null where the metric is missing or its noise unknown.`,
  })
  rankInterval(
    @Root() { id }: EvaluationRow,
    @Arg('metric', () => Metric, METRIC) metric: Metric | null,
    @Ctx() { loaders }: Context,
  ): Promise<RankIntervalSource | null> {
    return loaders.rankInterval(requireGiven('metric', metric)).load(id)
  }
}

/** How far the values of a dataset can be trusted. */
@Resolver(() => Dataset)
export class DatasetNoiseResolver {
  @FieldResolver(() => SeedNoise, {
    nullable: true,
    description: `How much the metric of one function differs from seed to seed, over the functions not worse than the median that
have several runs; null where there are none.`,
  })
  seedNoise(
    @Root() { id }: DatasetRow,
    @Arg('metric', () => Metric, METRIC) metric: Metric | null,
    @Ctx() { loaders }: Context,
  ): Promise<SeedNoiseSource | null> {
    return loaders.seedNoise(requireGiven('metric', metric)).load(id)
  }
}
