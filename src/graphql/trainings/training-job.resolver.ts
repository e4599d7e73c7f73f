import { Ctx, FieldResolver, Float, ID, Int, Resolver, Root } from 'type-graphql'
import type { DatasetRow, EpochRow, RunRow, TrainingJobRow } from '../../db/loaders.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getActivation, getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { DateTime } from '../date-time.scalar.js'
import { EpochMetrics } from '../evaluations/epoch-metrics.type.js'
import { Run } from '../evaluations/run.type.js'
import { toGlobalId } from '../relay/global-id.js'
import { TrainingJob } from './training-job.type.js'

@Resolver(() => TrainingJob)
export class TrainingJobResolver {
  @FieldResolver(() => ID, { description: 'The global id of the object. Treat it as opaque; it never changes.' })
  id(@Root() { id }: TrainingJobRow): string {
    return toGlobalId('TrainingJob', id)
  }

  @FieldResolver(() => Dataset, { description: 'The dataset whose network is trained.' })
  dataset(@Root() { datasetId }: TrainingJobRow, @Ctx() { loaders }: Context): Promise<DatasetRow> {
    return getRow(loaders.dataset, datasetId)
  }

  @FieldResolver(() => Activation, { description: 'The activation function that is trained.' })
  activation(@Root() job: TrainingJobRow, @Ctx() context: Context): Promise<ActivationSource> {
    return getActivation(context, job)
  }

  @FieldResolver(() => [EpochMetrics], { description: 'The metrics of each epoch so far: the learning curve.' })
  epochs(@Root() { id }: TrainingJobRow, @Ctx() { loaders }: Context): Promise<EpochRow[]> {
    return loaders.jobEpochs.load(id)
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Number of jobs of the same dataset that start before this one; null unless it is QUEUED.',
  })
  async queuePosition(@Root() job: TrainingJobRow, @Ctx() { loaders }: Context): Promise<number | null> {
    return job.state === 'QUEUED' ? ((await loaders.waiting.load(job))?.queuePosition ?? null) : null
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `Why the job does not run yet, such as "no worker for act-bench-cnn is connected"; null unless the
job is QUEUED.`,
  })
  async waitingFor(@Root() job: TrainingJobRow, @Ctx() { loaders }: Context): Promise<string | null> {
    return job.state === 'QUEUED' ? ((await loaders.waiting.load(job))?.waitingFor ?? null) : null
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Training pictures in a second, measured over the last three seconds; null unless the job is RUNNING.',
  })
  imagesPerSecond(@Root() { state, imagesPerSecond }: TrainingJobRow): number | null {
    return state === 'RUNNING' ? imagesPerSecond : null
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: `When the training will be done if it goes on as it did; null unless the job is RUNNING, and in its first
seconds.`,
  })
  expectedEndAt(@Root() { state, expectedEndAt }: TrainingJobRow): Date | null {
    return state === 'RUNNING' ? expectedEndAt : null
  }

  @FieldResolver(() => Run, {
    nullable: true,
    description: 'The run that the job produced; null unless the job SUCCEEDED.',
  })
  run(@Root() { id }: TrainingJobRow, @Ctx() { loaders }: Context): Promise<RunRow | null> {
    return loaders.runOfJob.load(id)
  }
}
