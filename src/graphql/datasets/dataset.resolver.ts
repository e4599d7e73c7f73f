import type { GraphQLResolveInfo } from 'graphql'
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Resolver, Root } from 'type-graphql'
import {
  type DatasetRow,
  type EvaluationOrdering,
  type EvaluationRow,
  evaluationsPage,
  type SurrogateRow,
  surrogatesPage,
} from '../../db/loaders.js'
import { METRICS } from '../../metrics.js'
import { printTaskRecipe, printTrainingRecipe } from '../../services/training-recipe.js'
import { findEvaluation, getActivationOf } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Metric } from '../enums.js'
import { Evaluation, EvaluationConnection, type EvaluationSource } from '../evaluations/evaluation.type.js'
import { type NamedDataset, shapeOf } from '../plans/planned-field.js'
import { type Connection, listConnection, listConnectionFrom } from '../relay/connection.js'
import { toGlobalId } from '../relay/global-id.js'
import { PageArguments } from '../relay/page-arguments.js'
import { Surrogate, SurrogateConnection } from '../surrogates/surrogate.type.js'
import { readEvaluationFilter } from './conditions.js'
import { Dataset } from './dataset.type.js'
import { EvaluationFilter, EvaluationOrder } from './filters.input.js'

@Resolver(() => Dataset)
export class DatasetResolver {
  @FieldResolver(() => ID, {
    description: 'The global id of this object. It never changes; treat it as an opaque text and pass it to `node`.',
  })
  id(@Root() { id }: DatasetRow): string {
    return toGlobalId('Dataset', id)
  }

  @FieldResolver(() => Int, { description: 'Number of evaluations in the dataset.' })
  evaluationCount(@Root() { id }: DatasetRow, @Ctx() { loaders }: Context): Promise<number> {
    return loaders.evaluationCount.load(id)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `The recipe that trains the dataset, as JSON: its task, network and layers, optimiser and schedule. Null if this
service cannot train it. docs/networks.md lists the keys.`,
  })
  async recipe(@Root() { id, name, trainable }: DatasetRow, @Ctx() { loaders }: Context): Promise<string | null> {
    if (!trainable) return null
    const shipped = printTrainingRecipe(name)
    if (shipped !== null) return shipped
    const definition = await loaders.taskDefinition.load(id)
    return definition && printTaskRecipe(definition)
  }

  @FieldResolver(() => EvaluationConnection, {
    description:
      'The evaluations of the dataset, the best value of the metric first. Evaluations without the metric come last.',
  })
  leaderboard(
    @Root() dataset: DatasetRow | NamedDataset,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'The metric to rank by: the highest accuracy is best, or the lowest loss or runtime.',
    })
    metric: Metric,
    @Arg('filter', () => EvaluationFilter, {
      nullable: true,
      description: 'Only evaluations that match. Default: all.',
    })
    filter: EvaluationFilter | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<EvaluationSource>> {
    return listEvaluations(context, info, dataset, filter, args, {
      metric,
      isDescending: METRICS[metric].isHigherBetter,
    })
  }

  @FieldResolver(() => EvaluationConnection, {
    description: 'The evaluations of the dataset in the order of `orderBy`; without it, the earliest recorded first.',
  })
  evaluations(
    @Root() dataset: DatasetRow,
    @Arg('filter', () => EvaluationFilter, {
      nullable: true,
      description: 'Only evaluations that match. Default: all.',
    })
    filter: EvaluationFilter | null | undefined,
    @Arg('orderBy', () => EvaluationOrder, {
      nullable: true,
      description: 'The order of the evaluations. Default: the earliest recorded first.',
    })
    orderBy: EvaluationOrder | null | undefined,
    @Arg('offset', () => Int, {
      nullable: true,
      description: `Number of rows to pass over, to jump into the middle of a long list. Only without a cursor and \`last\`. A cursor is
cheaper for the next page, and does not shift while rows are added. Default: 0.`,
    })
    offset: number | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<EvaluationSource>> {
    const ordering = orderBy ? { metric: orderBy.metric, isDescending: orderBy.direction === 'DESCENDING' } : null
    return listEvaluations(context, info, dataset, filter, args, ordering, offset ?? 0)
  }

  @FieldResolver(() => Evaluation, {
    nullable: true,
    description:
      'The evaluation of the function that an expression computes; null if the dataset has no such evaluation. If an imported dataset has several, this is the row that lists the given expression, else the row of the representative.',
  })
  async evaluation(
    @Root() { id }: DatasetRow,
    @Arg('expression', () => String, { description: 'Any expression of the function, such as `max(x,tanh(x))`.' })
    expression: string,
    @Ctx() context: Context,
  ): Promise<EvaluationRow | null> {
    return findEvaluation(context, id, await getActivationOf(context, expression))
  }

  @FieldResolver(() => Surrogate, {
    nullable: true,
    description: `The READY surrogate of the best measured quality, or the surrogate with the given version in any state. Null if the
dataset has no such surrogate. Among the newest surrogates of each algorithm, the greatest Spearman correlation decides; a
surrogate is left out if it was fitted on less than half as many functions as another one.`,
  })
  surrogate(
    @Root() { id }: DatasetRow,
    @Arg('version', () => Int, {
      nullable: true,
      description: 'The version of the surrogate, from 1. Default: the best READY one.',
    })
    version: number | null | undefined,
    @Ctx() { loaders }: Context,
  ): Promise<SurrogateRow | null> {
    return version == null ? loaders.bestSurrogate.load(id) : loaders.surrogateVersion(version).load(id)
  }

  @FieldResolver(() => SurrogateConnection, {
    description: 'All surrogates of the dataset in any state, newest first.',
  })
  surrogates(
    @Root() { id }: DatasetRow,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<SurrogateRow>> {
    return listConnection(loaders, args, {
      cursor: { name: 'surrogates', value: 'none', key: 'int' },
      list: surrogatesPage(),
      parent: id,
      toNode: (row) => row,
    })
  }
}

async function listEvaluations(
  context: Context,
  info: GraphQLResolveInfo,
  dataset: DatasetRow | NamedDataset,
  filter: EvaluationFilter | null | undefined,
  args: PageArguments,
  ordering: EvaluationOrdering | null,
  offset = 0,
): Promise<Connection<EvaluationSource>> {
  const conditions = await readEvaluationFilter(context, filter)
  const order = ordering ? `${ordering.metric} ${ordering.isDescending ? 'down' : 'up'}` : 'recorded'
  const options = {
    cursor: { name: `evaluations ${order}`, value: ordering ? 'nullable number' : 'none', key: 'int' } as const,
    list: evaluationsPage(conditions, ordering),
    ...('id' in dataset ? { parent: dataset.id } : { datasetName: dataset.name }),
    toNode: (row: EvaluationSource) => row,
    shape: shapeOf(info),
  }
  return listConnectionFrom(context.loaders, offset, args, options)
}
