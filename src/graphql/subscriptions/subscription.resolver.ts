import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql'
import type { EvaluationRow, SurrogateRow, TrainingJobRow } from '../../db/loaders.js'
import { type Context, forgetLoaded } from '../context.js'
import { DateTime } from '../date-time.scalar.js'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { Surrogate } from '../surrogates/surrogate.type.js'
import { TrainingJob } from '../trainings/training-job.type.js'
import { followEvaluations, followSurrogates, followTrainingJob } from './follow-rows.js'

@Resolver()
export class SubscriptionResolver {
  @Subscription(() => TrainingJob, {
    description: 'Every change of the job, from its state now to its end.',
    subscribe: ({ args, context }) => followTrainingJob(context as Context, args.id),
  })
  trainingJob(
    @Root() job: TrainingJobRow,
    @Arg('id', () => ID, { description: 'The id of a training job.' }) _id: string,
    @Ctx() context: Context,
  ): TrainingJobRow {
    forgetLoaded(context)
    return job
  }

  @Subscription(() => Evaluation, {
    description:
      'Each new or changed evaluation, for live leaderboards. A client that gives the time of its first subscription as `since` loses nothing when it connects again: some may come twice.',
    subscribe: ({ args, context }) => followEvaluations(context as Context, args.dataset, args.since ?? null),
  })
  evaluations(
    @Root() evaluation: EvaluationRow,
    @Arg('dataset', () => String, { description: 'The name of the dataset.' }) _dataset: string,
    @Arg('since', () => DateTime, {
      nullable: true,
      description:
        'First come those that were recorded or changed since this time, as they are now; at most 5000, else BAD_USER_INPUT.',
    })
    _since: Date | null,
    @Ctx() context: Context,
  ): EvaluationRow {
    forgetLoaded(context)
    return evaluation
  }

  @Subscription(() => Surrogate, {
    description:
      'The newest surrogate of each algorithm as it is now, the newest of all first, then each change of one.',
    subscribe: ({ args, context }) => followSurrogates(context as Context, args.dataset),
  })
  surrogateUpdated(
    @Root() surrogate: SurrogateRow,
    @Arg('dataset', () => String, { description: 'The name of the dataset.' }) _dataset: string,
    @Ctx() context: Context,
  ): SurrogateRow {
    forgetLoaded(context)
    return surrogate
  }
}
