import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import type {
  DatasetRow,
  MetricGroup as MetricGroupSource,
  MetricStatistics as StatisticsSource,
} from '../../db/loaders.js'
import { getValidInteger } from '../../services/validate-input.js'
import type { Context } from '../context.js'
import { GroupKey, Metric } from '../enums.js'
import type { NamedDataset } from '../plans/planned-field.js'
import { readEvaluationFilter } from './conditions.js'
import { Dataset } from './dataset.type.js'
import { EvaluationFilter } from './filters.input.js'
import { MetricGroup, MetricStatistics } from './metric-statistics.type.js'

/** Statistics over the evaluations of a dataset. */
@Resolver(() => Dataset)
export class DatasetStatisticsResolver {
  @FieldResolver(() => MetricStatistics, {
    description: 'The distribution of a metric over the evaluations: mean, quartiles, histogram and more.',
  })
  async statistics(
    @Root() dataset: DatasetRow | NamedDataset,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'The metric to summarise.',
    })
    metric: Metric,
    @Arg('filter', () => EvaluationFilter, {
      nullable: true,
      description: 'Use only the evaluations that match. Default: all.',
    })
    filter: EvaluationFilter | null | undefined,
    @Arg('bins', () => Int, {
      nullable: true,
      defaultValue: 50,
      description: 'Number of bins of the histogram, from 1 to 500.',
    })
    bins: number,
    @Ctx() context: Context,
  ): Promise<StatisticsSource> {
    const options = {
      metric,
      bins: getValidInteger('bins', bins, 1, 500),
      conditions: await readEvaluationFilter(context, filter),
    }
    return context.loaders.statistics(options).load(toKey(dataset))
  }

  @FieldResolver(() => [MetricGroup], {
    description:
      'The same statistics for each group of evaluations, the group with the best median first. An evaluation counts in every group that it belongs to.',
  })
  async groups(
    @Root() dataset: DatasetRow | NamedDataset,
    @Arg('by', () => GroupKey, { description: 'The property that the evaluations of a group share.' }) by: GroupKey,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'The metric to summarise.',
    })
    metric: Metric,
    @Arg('filter', () => EvaluationFilter, {
      nullable: true,
      description: 'Use only the evaluations that match. Default: all.',
    })
    filter: EvaluationFilter | null | undefined,
    @Ctx() context: Context,
  ): Promise<MetricGroupSource[]> {
    const options = {
      by,
      metric,
      conditions: await readEvaluationFilter(context, filter),
    }
    return context.loaders.groups(options).load(toKey(dataset))
  }
}

/** Their values are found by the name as well, if nothing else of the dataset is needed. */
function toKey(dataset: DatasetRow | NamedDataset): number | string {
  return 'id' in dataset ? dataset.id : dataset.name
}
