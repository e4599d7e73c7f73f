import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql'
import type { DatasetRow, EpochRow, EvaluationRow, RunRow, TrainingJobRow } from '../../db/loaders.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getActivation, getRow } from '../activations/find-named.js'
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
  @FieldResolver(() => ID, {
    description: 'The global id of this object. It never changes; treat it as an opaque text and pass it to `node`.',
  })
  id(@Root() { id }: EvaluationRow): string {
    return toGlobalId('Evaluation', id)
  }

  @FieldResolver(() => Dataset, { description: 'The dataset that this evaluation belongs to.' })
  dataset(@Root() { datasetId }: EvaluationRow, @Ctx() { loaders }: Context): Promise<DatasetRow> {
    return getRow(loaders.dataset, datasetId)
  }

  @FieldResolver(() => Activation, { description: 'The activation function that was evaluated.' })
  activation(
    @Root() evaluation: EvaluationSource,
    @Ctx() context: Context,
  ): ActivationSource | Promise<ActivationSource> {
    const { activation, expression } = evaluation
    // If the page loaded the activation too, returning it directly saves a promise for each row.
    return activation ? { ...activation, spelling: expression } : getActivation(context, evaluation)
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'The rank of this evaluation in its dataset: 1 is the best, and equal values share a rank. Null if the metric is missing.',
  })
  rank(
    @Root() { id }: EvaluationRow,
    @Arg('metric', () => Metric, {
      nullable: true,
      defaultValue: 'VALIDATION_ACCURACY',
      description: 'The metric to rank by: the highest accuracy is best, or the lowest loss or runtime.',
    })
    metric: Metric,
    @Ctx() { loaders }: Context,
  ): Promise<number | null> {
    return loaders.rank(metric).load(id)
  }

  @FieldResolver(() => [Run], { description: 'The individual training runs; empty if they are not known.' })
  runs(@Root() { id }: EvaluationRow, @Ctx() { loaders }: Context): Promise<RunRow[]> {
    return loaders.runsOfEvaluation.load(id)
  }

  @FieldResolver(() => Prediction, {
    nullable: true,
    description:
      "The performance that the dataset's surrogate predicts for the function. Null if the dataset has no surrogate, or the surrogate cannot predict this function.",
  })
  prediction(@Root() evaluation: EvaluationRow, @Ctx() context: Context): Promise<PredictionSource | null> {
    return predictEvaluated(context, evaluation)
  }
}

@Resolver(() => Run)
export class RunResolver {
  @FieldResolver(() => ID, {
    description: 'The global id of this object. It never changes; treat it as an opaque text and pass it to `node`.',
  })
  id(@Root() { id }: RunRow): string {
    return toGlobalId('Run', id)
  }

  @FieldResolver(() => Evaluation, { description: 'The evaluation that includes this run in its medians.' })
  evaluation(@Root() { evaluationId }: RunRow, @Ctx() { loaders }: Context): Promise<EvaluationRow> {
    return getRow(loaders.evaluation, evaluationId)
  }

  @FieldResolver(() => [EpochMetrics], { description: 'The learning curve: the metrics after each epoch.' })
  epochs(@Root() { id }: RunRow, @Ctx() { loaders }: Context): Promise<EpochRow[]> {
    return loaders.runEpochs.load(id)
  }

  @FieldResolver(() => TrainingJob, {
    nullable: true,
    description: 'The training job that performed this run; null for imported and reported runs.',
  })
  async trainingJob(@Root() { trainingJobId }: RunRow, @Ctx() { loaders }: Context): Promise<TrainingJobRow | null> {
    return trainingJobId === null ? null : loaders.trainingJob.load(trainingJobId)
  }
}
