import { Arg, Args, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql'
import {
  type DatasetRow,
  type EvaluationOrdering,
  type EvaluationRow,
  evaluationsPage,
  type SurrogateRow,
} from '../../db/loaders.js'
import { METRICS } from '../../metrics.js'
import { describeActivation } from '../../services/activations/describe-activation.js'
import { requireGiven } from '../bounds.js'
import type { Context } from '../context.js'
import { Metric } from '../enums.js'
import { Evaluation, EvaluationConnection, type EvaluationSource } from '../evaluations/evaluation.type.js'
import { type Connection, listConnection } from '../relay/connection.js'
import { toGlobalId } from '../relay/global-id.js'
import { PageArguments } from '../relay/page-arguments.js'
import { Surrogate } from '../surrogates/surrogate.type.js'
import { readEvaluationFilter } from './conditions.js'
import { Dataset } from './dataset.type.js'
import { EvaluationFilter, EvaluationOrder } from './filters.input.js'

@Resolver(() => Dataset)
export class DatasetResolver {
  @FieldResolver(() => ID, { description: 'Opaque, global and stable.' })
  id(@Root() { id }: DatasetRow): string {
    return toGlobalId('Dataset', id)
  }

  @FieldResolver(() => Int, { description: 'How many evaluations it has.' })
  evaluationCount(@Root() { id }: DatasetRow, @Ctx() { loaders }: Context): Promise<number> {
    return loaders.evaluationCount.load(id)
  }

  @FieldResolver(() => EvaluationConnection, {
    description: 'Evaluations, best first; activation functions without the metric come last.',
  })
  leaderboard(
    @Root() { id }: DatasetRow,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'What is best.',
    })
    metric: Metric | null,
    @Arg('filter', () => EvaluationFilter, { nullable: true, description: 'Which evaluations.' })
    filter: EvaluationFilter | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<EvaluationSource>> {
    const chosen = requireGiven('metric', metric)
    return listEvaluations(context, id, filter, args, {
      metric: chosen,
      isDescending: METRICS[chosen].isHigherBetter,
    })
  }

  @FieldResolver(() => EvaluationConnection, {
    description: 'Evaluations in the order asked for; without one, in the order in which they were recorded.',
  })
  evaluations(
    @Root() { id }: DatasetRow,
    @Arg('filter', () => EvaluationFilter, { nullable: true, description: 'Which evaluations.' })
    filter: EvaluationFilter | null | undefined,
    @Arg('orderBy', () => EvaluationOrder, { nullable: true, description: 'In which order.' })
    orderBy: EvaluationOrder | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<EvaluationSource>> {
    const ordering = orderBy ? { metric: orderBy.metric, isDescending: orderBy.direction === 'DESCENDING' } : null
    return listEvaluations(context, id, filter, args, ordering)
  }

  @FieldResolver(() => Evaluation, {
    nullable: true,
    description: "What was measured of an expression's function; of several rows the one with that expression.",
  })
  async evaluation(
    @Root() { id }: DatasetRow,
    @Arg('expression', () => String, { description: 'Any spelling.' }) expression: string,
    @Ctx() { loaders }: Context,
  ): Promise<EvaluationRow | null> {
    const { identityHex, canonicalText } = describeActivation(expression)
    const activation = await loaders.activationByIdentity.load(identityHex)
    if (!activation) return null
    return loaders.evaluationIn.load({ datasetId: id, activationId: activation.id, expression: canonicalText })
  }

  @FieldResolver(() => Surrogate, {
    nullable: true,
    description: 'The newest READY surrogate, or the given version in whatever state.',
  })
  surrogate(
    @Root() { id }: DatasetRow,
    @Arg('version', () => Int, { nullable: true, description: 'The version that is meant.' })
    version: number | null | undefined,
    @Ctx() { loaders }: Context,
  ): Promise<SurrogateRow | null> {
    return version == null ? loaders.readySurrogate.load(id) : loaders.surrogateVersion(version).load(id)
  }
}

async function listEvaluations(
  context: Context,
  datasetId: number,
  filter: EvaluationFilter | null | undefined,
  args: PageArguments,
  ordering: EvaluationOrdering | null,
): Promise<Connection<EvaluationSource>> {
  const conditions = await readEvaluationFilter(context, filter)
  const order = ordering ? `${ordering.metric} ${ordering.isDescending ? 'down' : 'up'}` : 'recorded'
  return listConnection(context.loaders, args, {
    cursor: { name: `evaluations ${order}`, value: ordering ? 'nullable number' : 'none', key: 'int' },
    list: evaluationsPage(conditions, ordering),
    parent: datasetId,
    toNode: (row) => row,
  })
}
