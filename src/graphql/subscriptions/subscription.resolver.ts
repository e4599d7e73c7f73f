import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql'
import type { EvaluationRow, SearchRow, SurrogateRow, TrainingJobRow } from '../../db/loaders.js'
import { type Context, forgetLoaded } from '../context.js'
import { DateTime } from '../date-time.scalar.js'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { Search } from '../searches/search.type.js'
import { Surrogate } from '../surrogates/surrogate.type.js'
import { TrainingJob } from '../trainings/training-job.type.js'
import { followEvaluations, followSurrogates, followTrainingJob } from './follow-rows.js'
import { followSearch } from './follow-search.js'
import { followTrainingJobs } from './follow-training-jobs.js'

@Resolver()
export class SubscriptionResolver {
  @Subscription(() => TrainingJob, {
    description: `Sends the current state of a training job, then each change until the job ends. If the job is
deleted, the stream ends with NOT_FOUND.`,
    subscribe: ({ args, context }) => followTrainingJob(context as Context, args.id),
  })
  trainingJob(
    @Root() job: TrainingJobRow,
    @Arg('id', () => ID, { description: 'The id of the training job.' }) _id: string,
    @Ctx() context: Context,
  ): TrainingJobRow {
    forgetLoaded(context)
    return job
  }

  @Subscription(() => Evaluation, {
    description: `Sends each new or changed evaluation of a dataset, for example for a live leaderboard. To lose
nothing after a reconnect, pass the time of the first subscription as \`since\`; some evaluations
may then be sent twice. An evaluation that is deleted with its last run is sent without metrics. If
the dataset is deleted, the stream ends with NOT_FOUND.`,
    subscribe: ({ args, context }) => followEvaluations(context as Context, args.dataset, args.since ?? null),
  })
  evaluations(
    @Root() evaluation: EvaluationRow,
    @Arg('dataset', () => String, { description: 'The name of the dataset.' }) _dataset: string,
    @Arg('since', () => DateTime, {
      nullable: true,
      description: `If given, the evaluations that were recorded or changed after this time are sent first, in their
current state. If there are more than 5000, the error is BAD_USER_INPUT.`,
    })
    _since: Date | null,
    @Ctx() context: Context,
  ): EvaluationRow {
    forgetLoaded(context)
    return evaluation
  }

  @Subscription(() => Surrogate, {
    description: `Sends the newest surrogate of each algorithm in its current state, the newest of all first. Then
sends each surrogate of the dataset that changes. If the dataset is deleted, the stream ends with
NOT_FOUND.`,
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

  @Subscription(() => Search, {
    description: `Sends the current state of a search, then its state after each change: suggestions that are handed out,
completed, failed or expired, a new budget, its end. Changes within a quarter of a second are sent
together. Completes when the search has ended and no suggestion is leased.`,
    subscribe: ({ args, context }) => followSearch(context as Context, args.id),
  })
  search(
    @Root() search: SearchRow,
    @Arg('id', () => ID, { description: 'The id of the search.' }) _id: string,
    @Ctx() context: Context,
  ): SearchRow {
    forgetLoaded(context)
    return search
  }

  @Subscription(() => TrainingJob, {
    description: `Sends each training job of a dataset that is queued or changes. To lose nothing after a reconnect, pass
the time of the first subscription as \`since\`; some jobs may then be sent twice.`,
    subscribe: ({ args, context }) => followTrainingJobs(context as Context, args.dataset, args.since ?? null),
  })
  trainingJobs(
    @Root() job: TrainingJobRow,
    @Arg('dataset', () => String, { description: 'The name of the dataset.' }) _dataset: string,
    @Arg('since', () => DateTime, {
      nullable: true,
      description: `If given, the jobs that were queued or changed after this time are sent first, in their current state.
If there are more than 5000, the error is BAD_USER_INPUT.`,
    })
    _since: Date | null,
    @Ctx() context: Context,
  ): TrainingJobRow {
    forgetLoaded(context)
    return job
  }
}
