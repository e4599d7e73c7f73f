import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql'
import type { DatasetRow, EpochRow, EvaluationRow, RunRow, TrainingJobRow } from '../../db/loaders.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getRow } from '../activations/find-named.js'
import { requireGiven } from '../bounds.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { Metric } from '../enums.js'
import { toGlobalId } from '../relay/global-id.js'
import { predictEvaluated } from '../surrogates/find-prediction.js'
import { Prediction, type PredictionSource } from '../surrogates/prediction.type.js'
import { TrainingJob } from '../trainings/training-job.type.js'
import { EpochMetrics } from './epoch-metrics.type.js'
import { Evaluation, type EvaluationSource } from './evaluation.type.js'
import { Run } from './run.type.js'

@Resolver(() => Evaluation)
export class EvaluationResolver {
  @FieldResolver(() => ID, { description: 'Opaque, global and stable.' })
  id(@Root() { id }: EvaluationRow): string {
    return toGlobalId('Evaluation', id)
  }

  @FieldResolver(() => Dataset, { description: 'The dataset that it belongs to.' })
  dataset(@Root() { datasetId }: EvaluationRow, @Ctx() { loaders }: Context): Promise<DatasetRow> {
    return getRow(loaders.dataset, datasetId)
  }

  @FieldResolver(() => Activation, { description: 'The activation function that was evaluated.' })
  activation(
    @Root() { activation, activationId }: EvaluationSource,
    @Ctx() { loaders }: Context,
  ): ActivationSource | Promise<ActivationSource> {
    // At once where it is at hand: no promise a row.
    return activation ?? getRow(loaders.activation, activationId)
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: '1 for the best; equal values share a rank; null where the metric is missing.',
  })
  rank(
    @Root() { id }: EvaluationRow,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'What is best.',
    })
    metric: Metric | null,
    @Ctx() { loaders }: Context,
  ): Promise<number | null> {
    return loaders.rank(requireGiven('metric', metric)).load(id)
  }

  @FieldResolver(() => [Run], { description: 'The single runs, where they are known.' })
  runs(@Root() { id }: EvaluationRow, @Ctx() { loaders }: Context): Promise<RunRow[]> {
    return loaders.runsOfEvaluation.load(id)
  }

  @FieldResolver(() => Prediction, {
    nullable: true,
    description: "What the dataset's surrogate expects of the function; null where it has none, or cannot tell.",
  })
  prediction(@Root() evaluation: EvaluationRow, @Ctx() context: Context): Promise<PredictionSource | null> {
    return predictEvaluated(context, evaluation)
  }
}

@Resolver(() => Run)
export class RunResolver {
  @FieldResolver(() => ID, { description: 'Opaque, global and stable.' })
  id(@Root() { id }: RunRow): string {
    return toGlobalId('Run', id)
  }

  @FieldResolver(() => Evaluation, { description: 'The evaluation that it counts in.' })
  evaluation(@Root() { evaluationId }: RunRow, @Ctx() { loaders }: Context): Promise<EvaluationRow> {
    return getRow(loaders.evaluation, evaluationId)
  }

  @FieldResolver(() => [EpochMetrics], { description: 'The learning curve.' })
  epochs(@Root() { id }: RunRow, @Ctx() { loaders }: Context): Promise<EpochRow[]> {
    return loaders.runEpochs.load(id)
  }

  @FieldResolver(() => TrainingJob, {
    nullable: true,
    description: 'The training job that made it; null for imported and reported runs.',
  })
  async trainingJob(@Root() { trainingJobId }: RunRow, @Ctx() { loaders }: Context): Promise<TrainingJobRow | null> {
    return trainingJobId === null ? null : loaders.trainingJob.load(trainingJobId)
  }
}
