import { Arg, Args, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql'
import {
  type DatasetRow,
  type EvaluationRow,
  type SearchRow,
  type SuggestionRow,
  type SurrogateRow,
  suggestionsPage,
  type TrainingJobRow,
} from '../../db/loaders.js'
import { isOwner } from '../../services/access/viewer.js'
import { getValidInteger } from '../../services/validate-input.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getActivation, getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { SuggestionState } from '../enums.js'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { JSONObject } from '../json-object.scalar.js'
import { type Connection, listConnection } from '../relay/connection.js'
import { toGlobalId } from '../relay/global-id.js'
import { PageArguments } from '../relay/page-arguments.js'
import { findSuggestedPrediction } from '../surrogates/find-prediction.js'
import { Prediction, type PredictionSource } from '../surrogates/prediction.type.js'
import { Surrogate } from '../surrogates/surrogate.type.js'
import { TrainingJob } from '../trainings/training-job.type.js'
import { PassedOver, Search } from './search.type.js'
import { SearchStep, Suggestion, SuggestionConnection } from './suggestion.type.js'

@Resolver(() => Search)
export class SearchResolver {
  @FieldResolver(() => ID, { description: 'The global id of the object. Treat it as opaque; it never changes.' })
  id(@Root() { id }: SearchRow): string {
    return toGlobalId('Search', id)
  }

  @FieldResolver(() => Dataset, { description: 'The dataset whose validation accuracy the search maximizes.' })
  dataset(@Root() { datasetId }: SearchRow, @Ctx() { loaders }: Context): Promise<DatasetRow> {
    return getRow(loaders.dataset, datasetId)
  }

  @FieldResolver(() => Surrogate, {
    nullable: true,
    description: 'The UPLOADED surrogate that the search was created with; null without one, or after its deletion.',
  })
  surrogate(@Root() { surrogateId }: SearchRow, @Ctx() { loaders }: Context): Promise<SurrogateRow | null> | null {
    return surrogateId === null ? null : loaders.surrogate.load(surrogateId)
  }

  @FieldResolver(() => Int, { description: 'Number of suggestions completed so far.' })
  completed(@Root() { id }: SearchRow, @Ctx() { loaders }: Context): Promise<number> {
    return loaders.completedCount.load(id)
  }

  @FieldResolver(() => Int, {
    description: `Number of evaluations that failed. It includes functions that were given up because their leases expired
three times. The search ends when it is three times the budget.`,
  })
  async failed(@Root() { id }: SearchRow, @Ctx() { loaders }: Context): Promise<number> {
    return (await loaders.searchProgress.load(id)).failed
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `Why the search suggests nothing at the moment, such as "all functions of its schemas are evaluated or
leased"; null if it would suggest a function.`,
  })
  waitingFor(@Root() search: SearchRow, @Ctx() { loaders }: Context): Promise<string | null> {
    return loaders.searchWaiting.load(search)
  }

  @FieldResolver(() => Suggestion, {
    nullable: true,
    description: `The completed suggestion with the highest validation accuracy after a whole training. If several have the same
accuracy, the earliest of them.`,
  })
  best(@Root() { id }: SearchRow, @Ctx() { loaders }: Context): Promise<SuggestionRow | null> {
    return loaders.bestSuggestion.load(id)
  }

  @FieldResolver(() => SuggestionConnection, { description: 'The suggestions of the search, oldest first.' })
  suggestions(
    @Root() { id }: SearchRow,
    @Arg('state', () => SuggestionState, { nullable: true, description: 'Only suggestions in this state.' })
    state: SuggestionState | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<SuggestionRow>> {
    return listConnection(loaders, args, {
      cursor: { name: 'suggestions', value: 'none', key: 'int' },
      list: suggestionsPage(state ?? null),
      parent: id,
      toNode: (row) => row,
    })
  }

  @FieldResolver(() => [PassedOver], {
    description: `Functions that the search passed over because of a scaled twin, and has not suggested since; newest first. They
come only when nothing else is left.`,
  })
  async passedOver(
    @Root() { id }: SearchRow,
    @Arg('first', () => Int, { nullable: true, defaultValue: 10, description: 'The most functions, 1 to 100.' })
    first: number,
    @Ctx() { loaders }: Context,
  ): Promise<object[]> {
    const rows = await loaders.passedOver(getValidInteger('first', first, 1, 100)).load(id)
    const twins = await Promise.all(rows.map(({ twinId }) => getRow(loaders.activation, twinId)))
    return rows.map((row, index) => ({ ...row, twin: twins[index] }))
  }

  @FieldResolver(() => [SearchStep], {
    description: `The best validation accuracy after each completed suggestion, one step for each suggestion. Without those of ASHA
that were no whole training.`,
  })
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
  @FieldResolver(() => ID, { description: 'The global id of the object. Treat it as opaque; it never changes.' })
  id(@Root() { id }: SuggestionRow): string {
    return toGlobalId('Suggestion', id)
  }

  @FieldResolver(() => Search, { description: 'The search that made the suggestion.' })
  search(@Root() { searchId }: SuggestionRow, @Ctx() { loaders }: Context): Promise<SearchRow> {
    return getRow(loaders.search, searchId)
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: `With ASHA, the number of epochs to train in all: train by the schedule of a whole training, pause after this epoch,
report the metrics of that moment, and keep the weights. A function that is good enough comes again with more epochs. Null with
other algorithms: train to the end.`,
  })
  async epochs(@Root() { epochs, searchId }: SuggestionRow, @Ctx() { loaders }: Context): Promise<number | null> {
    return epochs ?? (await getRow(loaders.search, searchId)).rungs.at(-1) ?? null
  }

  @FieldResolver(() => Activation, { description: 'The activation function to evaluate.' })
  activation(@Root() suggestion: SuggestionRow, @Ctx() context: Context): Promise<ActivationSource> {
    return getActivation(context, suggestion)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `The worker that leases or leased the suggestion, as named in the request; null for keys other than the
owner of the search and ADMIN.`,
  })
  async worker(@Root() suggestion: SuggestionRow, @Ctx() context: Context): Promise<string | null> {
    return (await isOwnSuggestion(context, suggestion)) ? suggestion.worker : null
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: `Why the evaluation failed, as it was reported; null for keys other than the owner of the search and
ADMIN, because clients may report paths or names of machines.`,
  })
  async failure(@Root() suggestion: SuggestionRow, @Ctx() context: Context): Promise<string | null> {
    return suggestion.failure !== null && (await isOwnSuggestion(context, suggestion)) ? suggestion.failure : null
  }

  @FieldResolver(() => JSONObject, {
    nullable: true,
    description: `The JSON object that the client attached to its report; null for keys other than the owner of the search
and ADMIN.`,
  })
  async metadata(@Root() suggestion: SuggestionRow, @Ctx() context: Context): Promise<unknown> {
    return suggestion.metadata !== null && (await isOwnSuggestion(context, suggestion)) ? suggestion.metadata : null
  }

  @FieldResolver(() => Prediction, {
    nullable: true,
    description: `The prediction that led to this suggestion; null if the search chose the function without one.`,
  })
  predicted(@Root() suggestion: SuggestionRow, @Ctx() context: Context): Promise<PredictionSource | null> {
    return findSuggestedPrediction(context, suggestion)
  }

  @FieldResolver(() => Evaluation, {
    nullable: true,
    description: `The evaluation that the report created in the dataset; null before a report, or if the dataset does
not accept reports.`,
  })
  async evaluation(
    @Root() { evaluationId }: SuggestionRow,
    @Ctx() { loaders }: Context,
  ): Promise<EvaluationRow | null> {
    return evaluationId === null ? null : loaders.evaluation.load(evaluationId)
  }

  @FieldResolver(() => TrainingJob, {
    nullable: true,
    description: `The training job that evaluates the function in this service; null if a client evaluates it.`,
  })
  async trainingJob(
    @Root() { trainingJobId }: SuggestionRow,
    @Ctx() { loaders }: Context,
  ): Promise<TrainingJobRow | null> {
    return trainingJobId === null ? null : loaders.trainingJob.load(trainingJobId)
  }
}

/** Whether the viewer owns the search of a suggestion, or is ADMIN. */
async function isOwnSuggestion({ loaders, viewer }: Context, { searchId }: SuggestionRow): Promise<boolean> {
  return viewer !== null && isOwner(viewer, (await getRow(loaders.search, searchId)).apiKeyId)
}
