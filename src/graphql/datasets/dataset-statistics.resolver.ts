import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import type {
  DatasetRow,
  MetricGroup as MetricGroupSource,
  MetricStatistics as StatisticsSource,
} from '../../db/loaders.js'
import { getValidInteger, requireGiven } from '../bounds.js'
import type { Context } from '../context.js'
import { GroupKey, Metric } from '../enums.js'
import { readEvaluationFilter } from './conditions.js'
import { Dataset } from './dataset.type.js'
import { EvaluationFilter } from './filters.input.js'
import { MetricGroup, MetricStatistics } from './metric-statistics.type.js'

/** What the evaluations of a dataset look like together. */
@Resolver(() => Dataset)
export class DatasetStatisticsResolver {
  @FieldResolver(() => MetricStatistics, { description: 'What the values of a metric look like.' })
  async statistics(
    @Root() { id }: DatasetRow,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'Which metric.',
    })
    metric: Metric | null,
    @Arg('filter', () => EvaluationFilter, { nullable: true, description: 'Of which evaluations.' })
    filter: EvaluationFilter | null | undefined,
    @Arg('bins', () => Int, { nullable: true, defaultValue: 50, description: 'Bins of the histogram, 1 to 500.' })
    bins: number | null,
    @Ctx() context: Context,
  ): Promise<StatisticsSource> {
    const options = {
      metric: requireGiven('metric', metric),
      bins: getValidInteger('bins', requireGiven('bins', bins), 1, 500),
      conditions: await readEvaluationFilter(context, filter),
    }
    return context.loaders.statistics(options).load(id)
  }

  @FieldResolver(() => [MetricGroup], {
    description:
      'The same statistics group by group, best median first; an evaluation counts in every group that it belongs to.',
  })
  async groups(
    @Root() { id }: DatasetRow,
    @Arg('by', () => GroupKey, { description: 'What the evaluations of a group have in common.' }) by: GroupKey,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'Which metric.',
    })
    metric: Metric | null,
    @Arg('filter', () => EvaluationFilter, { nullable: true, description: 'Of which evaluations.' })
    filter: EvaluationFilter | null | undefined,
    @Ctx() context: Context,
  ): Promise<MetricGroupSource[]> {
    const options = {
      by,
      metric: requireGiven('metric', metric),
      conditions: await readEvaluationFilter(context, filter),
    }
    return context.loaders.groups(options).load(id)
  }
}
