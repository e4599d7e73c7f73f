import { Arg, Args, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql'
import {
  type DatasetRow,
  type EvaluationRow,
  type SearchRow,
  type SuggestionRow,
  suggestionsPage,
  type TrainingJobRow,
} from '../../db/loaders.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { SuggestionState } from '../enums.js'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { type Connection, listConnection } from '../relay/connection.js'
import { toGlobalId } from '../relay/global-id.js'
import { ForwardArguments } from '../relay/page-arguments.js'
import { findSuggestedPrediction } from '../surrogates/find-prediction.js'
import { Prediction, type PredictionSource } from '../surrogates/prediction.type.js'
import { TrainingJob } from '../trainings/training-job.type.js'
import { Search } from './search.type.js'
import { SearchStep, Suggestion, SuggestionConnection } from './suggestion.type.js'

@Resolver(() => Search)
export class SearchResolver {
  @FieldResolver(() => ID, { description: 'Opaque, global and stable.' })
  id(@Root() { id }: SearchRow): string {
    return toGlobalId('Search', id)
  }

  @FieldResolver(() => Dataset, { description: 'The dataset in which it searches.' })
  dataset(@Root() { datasetId }: SearchRow, @Ctx() { loaders }: Context): Promise<DatasetRow> {
    return getRow(loaders.dataset, datasetId)
  }

  @FieldResolver(() => Int, { description: 'Suggestions completed so far.' })
  completed(@Root() { id }: SearchRow, @Ctx() { loaders }: Context): Promise<number> {
    return loaders.completedCount.load(id)
  }

  @FieldResolver(() => Suggestion, {
    nullable: true,
    description: 'The completed suggestion with the best validation accuracy, of equals the first.',
  })
  best(@Root() { id }: SearchRow, @Ctx() { loaders }: Context): Promise<SuggestionRow | null> {
    return loaders.bestSuggestion.load(id)
  }

  @FieldResolver(() => SuggestionConnection, { description: 'Its suggestions, in the order in which they were made.' })
  suggestions(
    @Root() { id }: SearchRow,
    @Arg('state', () => SuggestionState, { nullable: true, description: 'Only those in this state.' })
    state: SuggestionState | null | undefined,
    @Args(() => ForwardArguments) args: ForwardArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<SuggestionRow>> {
    return listConnection(loaders, args, {
      cursor: { name: 'suggestions', value: 'none', key: 'int' },
      list: suggestionsPage(state ?? null),
      parent: id,
      toNode: (row) => row,
    })
  }

  @FieldResolver(() => [SearchStep], { description: 'Best validation accuracy after each completed suggestion.' })
  async history(@Root() { id }: SearchRow, @Ctx() { loaders }: Context): Promise<object[]> {
    let best = 0
    return (await loaders.completedSuggestions.load(id)).map((suggestion) => {
      best = Math.max(best, suggestion.validationAccuracy ?? 0)
      return { step: suggestion.step, suggestion, bestValidationAccuracy: best }
    })
  }
}

@Resolver(() => Suggestion)
export class SuggestionResolver {
  @FieldResolver(() => ID, { description: 'Opaque, global and stable.' })
  id(@Root() { id }: SuggestionRow): string {
    return toGlobalId('Suggestion', id)
  }

  @FieldResolver(() => Search, { description: 'The search that made it.' })
  search(@Root() { searchId }: SuggestionRow, @Ctx() { loaders }: Context): Promise<SearchRow> {
    return getRow(loaders.search, searchId)
  }

  @FieldResolver(() => Activation, { description: 'The activation function to evaluate.' })
  activation(@Root() { activationId }: SuggestionRow, @Ctx() { loaders }: Context): Promise<ActivationSource> {
    return getRow(loaders.activation, activationId)
  }

  @FieldResolver(() => Prediction, {
    nullable: true,
    description: 'The prediction that it was made for; null where it was made without one.',
  })
  predicted(@Root() suggestion: SuggestionRow, @Ctx() context: Context): Promise<PredictionSource | null> {
    return findSuggestedPrediction(context, suggestion)
  }

  @FieldResolver(() => Evaluation, {
    nullable: true,
    description: 'What it became in its dataset; null where reports stay within the search, or none came.',
  })
  async evaluation(
    @Root() { evaluationId }: SuggestionRow,
    @Ctx() { loaders }: Context,
  ): Promise<EvaluationRow | null> {
    return evaluationId === null ? null : loaders.evaluation.load(evaluationId)
  }

  @FieldResolver(() => TrainingJob, {
    nullable: true,
    description: 'The training that evaluates it here; null where a client evaluates it.',
  })
  async trainingJob(
    @Root() { trainingJobId }: SuggestionRow,
    @Ctx() { loaders }: Context,
  ): Promise<TrainingJobRow | null> {
    return trainingJobId === null ? null : loaders.trainingJob.load(trainingJobId)
  }
}
