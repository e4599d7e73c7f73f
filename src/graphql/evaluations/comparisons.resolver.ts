import { Arg, Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql'
import type { EvaluationRow } from '../../db/loaders.js'
import { ActbenchError } from '../../errors.js'
import { METRICS } from '../../metrics.js'
import { checkSeedOfChoice, chooseValue } from '../../services/evaluations/choose-value.js'
import type { EvaluationComparisonRecord } from '../../services/evaluations/compare-evaluations.js'
import { type ShrunkRecord, withoutEstimate } from '../../services/evaluations/shrunk-values.js'
import { findEvaluation, getActivationOf, getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Metric, RunChoice } from '../enums.js'
import { predictEvaluated } from '../surrogates/find-prediction.js'
import { Evaluation } from './evaluation.type.js'
import { EvaluationComparison, ShrunkEstimate } from './noise.type.js'

const METRIC = { nullable: true, defaultValue: 'VALIDATION_ACCURACY', description: 'The metric to use.' } as const

/** Whether evaluations differ by more than the noise. */
@Resolver(() => Evaluation)
export class EvaluationComparisonsResolver {
  @FieldResolver(() => EvaluationComparison, {
    description: `Whether this evaluation is better than that of another function in the dataset, beyond the noise of the runs. Two or
more common seeds are compared pair by pair; otherwise the medians are compared, with the noise of the dataset. Fails with
NOT_FOUND if the dataset has no evaluation of the other function, or if one of them lacks the metric.`,
  })
  async comparedWith(
    @Root() { id, datasetId }: EvaluationRow,
    @Arg('expression', () => String, { description: 'Any expression of the other function, such as `max(x,tanh(x))`.' })
    expression: string,
    @Arg('metric', () => Metric, METRIC) metric: Metric,
    @Ctx() context: Context,
  ): Promise<EvaluationComparisonRecord> {
    const other = await findEvaluation(context, datasetId, await getActivationOf(context, expression))
    if (!other) {
      throw new ActbenchError(
        'NOT_FOUND',
        `expression: the dataset has no evaluation of this function; expected a measured one, got ${expression}`,
      )
    }
    return context.loaders.comparison(metric).load({ evaluationId: id, otherId: other.id })
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: `The group of functions that cannot be told from the best of the group at the 5% level: 1 for the group of the best
function of the dataset, 2 for that of the best of the others, and so on. The level holds for all comparisons of a group
together. Groups may overlap in rank, because a function with more runs is known better. Null if the metric or its noise is
unknown, and from the 201st group on.`,
  })
  tieGroup(
    @Root() { id }: EvaluationRow,
    @Arg('metric', () => Metric, METRIC) metric: Metric,
    @Ctx() { loaders }: Context,
  ): Promise<number | null> {
    return loaders.tieGroup(metric).load(id)
  }

  @FieldResolver(() => ShrunkEstimate, {
    description: `An estimate of the true validation accuracy that does not flatter the best: among many functions with few runs, the best
were partly lucky. It lies between the measurement and the surrogate's prediction, which does not use this measurement.
Without a surrogate or known noise, its fields are null, and \`reason\` says why.`,
  })
  async shrunk(@Root() evaluation: EvaluationRow, @Ctx() context: Context): Promise<ShrunkRecord> {
    if (evaluation.validationAccuracy === null) return withoutEstimate('the validation accuracy was not measured')
    const surrogate = await context.loaders.bestSurrogate.load(evaluation.datasetId)
    if (!surrogate) return withoutEstimate('the dataset has no surrogate')
    const prediction = await predictEvaluated(context, evaluation)
    if (!prediction) return withoutEstimate('the surrogate cannot predict this function')
    const { mean } = prediction
    return context.loaders.shrunk.load({ evaluationId: evaluation.id, surrogateId: surrogate.id, prediction: mean })
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'The value of the metric by a choice among the runs of the present version of the dataset. A row of a published file has no known runs, and only a median. Null if there is no such run.',
  })
  async value(
    @Root() evaluation: EvaluationRow,
    @Arg('of', () => RunChoice, { nullable: true, defaultValue: 'MEDIAN', description: 'Which value to return.' })
    choice: RunChoice,
    @Arg('seed', () => Int, {
      nullable: true,
      description:
        'With SEED, the seed of the run; with RANDOM, the seed of the draw. Required with both, and only there.',
    })
    seed: number | null | undefined,
    @Arg('metric', () => Metric, METRIC) metric: Metric,
    @Ctx() { loaders }: Context,
  ): Promise<number | null> {
    checkSeedOfChoice(choice, seed)
    if (choice === 'MEDIAN') return evaluation[METRICS[metric].property]
    const [runs, { version }, { identityHex }] = await Promise.all([
      loaders.runsOfEvaluation.load(evaluation.id),
      getRow(loaders.dataset, evaluation.datasetId),
      getRow(loaders.activation, evaluation.activationId),
    ])
    return chooseValue(
      metric,
      runs.filter(({ datasetVersion }) => datasetVersion === version),
      { choice, seed: seed ?? null },
      identityHex,
    )
  }
}

@Resolver(() => EvaluationComparison)
export class EvaluationComparisonResolver {
  @FieldResolver(() => Evaluation, { description: 'The evaluation that is compared.' })
  evaluation(
    @Root() { evaluationId }: EvaluationComparisonRecord,
    @Ctx() { loaders }: Context,
  ): Promise<EvaluationRow> {
    return getRow(loaders.evaluation, evaluationId)
  }

  @FieldResolver(() => Evaluation, { description: 'The evaluation that it is compared with.' })
  other(@Root() { otherId }: EvaluationComparisonRecord, @Ctx() { loaders }: Context): Promise<EvaluationRow> {
    return getRow(loaders.evaluation, otherId)
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: `\`pValue\`, corrected for a comparison of the other function with every evaluation of the dataset (Holm's method). Use it to
search a leaderboard for functions that differ from one function: below 0.05, the difference would be found in fewer than 5
of 100 such searches if it did not exist.`,
  })
  adjustedPValue(@Root() comparison: EvaluationComparisonRecord, @Ctx() { loaders }: Context): Promise<number | null> {
    return loaders.adjustedPValue(comparison.metric).load(comparison)
  }
}
