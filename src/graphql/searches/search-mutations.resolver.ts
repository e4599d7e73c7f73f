import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql'
import { ActbenchError } from '../../errors.js'
import { createSearch } from '../../services/searches/create-search.js'
import { extendSearch } from '../../services/searches/extend-search.js'
import { prepareSearch } from '../../services/searches/prepare-searches.js'
import { stopSearch } from '../../services/searches/stop-search.js'
import { suggest } from '../../services/searches/suggest.js'
import { deleteSearch } from '../../services/suggestions/delete-search.js'
import { renewLease } from '../../services/suggestions/renew-lease.js'
import { reportEvaluation } from '../../services/suggestions/report-evaluation.js'
import { reportEvaluations } from '../../services/suggestions/report-evaluations.js'
import type { Context } from '../context.js'
import { parseIdOf } from '../relay/global-id.js'
import { NeedsScope, withScope } from '../with-scope.js'
import {
  CreateSearchInput,
  ReportEvaluationInput,
  ReportEvaluationsInput,
  SuggestInput,
} from './search-mutations.input.js'
import {
  CreateSearchPayload,
  DeleteSearchPayload,
  ExtendSearchPayload,
  RenewLeasePayload,
  ReportEvaluationPayload,
  ReportEvaluationsPayload,
  StopSearchPayload,
  SuggestPayload,
} from './search-mutations.type.js'

@Resolver()
export class SearchMutationsResolver {
  @Mutation(() => CreateSearchPayload, { nullable: true, description: 'Creates a search. Scope: SEARCH.' })
  @NeedsScope('SEARCH')
  createSearch(
    @Arg('input', () => CreateSearchInput, { description: 'The settings of the new search.' }) input: CreateSearchInput,
    @Ctx() context: Context,
  ): Promise<CreateSearchPayload> {
    return withScope(context, 'SEARCH', async (viewer) => {
      const search = await createSearch(context.database, viewer, { ...input, surrogateId: readSurrogate(input) })
      // In the background; if it fails, the first suggestion does the same work.
      prepareSearch(context.database, search).catch(() => {})
      return { search }
    })
  }

  @Mutation(() => SuggestPayload, {
    nullable: true,
    description: `Returns activation functions to evaluate, and leases them to the given worker. Scope: SEARCH.`,
  })
  @NeedsScope('SEARCH')
  suggest(
    @Arg('input', () => SuggestInput, { description: 'How many suggestions to return, and which worker leases them.' })
    input: SuggestInput,
    @Ctx() context: Context,
  ): Promise<SuggestPayload> {
    return withScope(context, 'SEARCH', async (viewer) =>
      suggest(context.database, viewer, {
        ...input,
        searchId: parseIdOf('Search', input.searchId, 'searchId'),
      }),
    )
  }

  @Mutation(() => ReportEvaluationPayload, {
    nullable: true,
    description: `Records the result of a leased suggestion. After the end of the lease, the result is accepted while no
other worker has the function and the budget allows it. In a dataset of origin REPORTED, the result becomes an
evaluation. In other datasets it is only stored in the search, because clients cannot change them.
Scope: SEARCH.`,
  })
  @NeedsScope('SEARCH')
  reportEvaluation(
    @Arg('input', () => ReportEvaluationInput, { description: 'The result of the suggestion.' })
    input: ReportEvaluationInput,
    @Ctx() context: Context,
  ): Promise<ReportEvaluationPayload> {
    return withScope(context, 'SEARCH', async (viewer) =>
      reportEvaluation(context.database, viewer, {
        ...input,
        suggestionId: parseIdOf('Suggestion', input.suggestionId, 'suggestionId'),
      }),
    )
  }

  @Mutation(() => ReportEvaluationsPayload, {
    nullable: true,
    description: `Records the results of up to 100 suggestions, one after the other, each as \`reportEvaluation\` does. If one
fails, the others are recorded. Scope: SEARCH.`,
  })
  @NeedsScope('SEARCH')
  reportEvaluations(
    @Arg('input', () => ReportEvaluationsInput, { description: 'The results of the suggestions.' })
    input: ReportEvaluationsInput,
    @Ctx() context: Context,
  ): Promise<ReportEvaluationsPayload> {
    return withScope(context, 'SEARCH', async (viewer) => ({
      reports: await reportEvaluations(context.database, viewer, { ...input, reports: input.reports.map(readReport) }),
    }))
  }

  @Mutation(() => RenewLeasePayload, {
    nullable: true,
    description: `Sets a new end for the lease of a suggestion, for example if the evaluation takes longer. A lease that has
ended begins again while no other worker has the function. Scope: SEARCH.`,
  })
  @NeedsScope('SEARCH')
  renewLease(
    @Arg('suggestionId', () => ID, { description: 'The id of a leased suggestion.' }) suggestionId: string,
    @Arg('leaseSeconds', () => Int, {
      nullable: true,
      defaultValue: 3600,
      description: 'Time from now until the lease ends, in seconds, from 1 to 604800 (one week).',
    })
    leaseSeconds: number,
    @Ctx() context: Context,
  ): Promise<RenewLeasePayload> {
    return withScope(context, 'SEARCH', async (viewer) => ({
      suggestion: await renewLease(context.database, viewer, {
        suggestionId: parseIdOf('Suggestion', suggestionId, 'suggestionId'),
        leaseSeconds: leaseSeconds,
      }),
    }))
  }

  @Mutation(() => ExtendSearchPayload, {
    nullable: true,
    description: `Raises the budget of a search. A search that has used its budget, or whose evaluations failed too often,
becomes ACTIVE again. By the key that created it, or ADMIN. Scope: SEARCH.`,
  })
  @NeedsScope('SEARCH')
  extendSearch(
    @Arg('id', () => ID, { description: 'The id of the search.' }) id: string,
    @Arg('budget', () => Int, {
      description: 'Number of suggestions that the search may complete in total, more than now, up to 10000.',
    })
    budget: number,
    @Ctx() context: Context,
  ): Promise<ExtendSearchPayload> {
    return withScope(context, 'SEARCH', async (viewer) => ({
      search: await extendSearch(context.database, viewer, { searchId: parseIdOf('Search', id, 'id'), budget }),
    }))
  }

  @Mutation(() => StopSearchPayload, {
    nullable: true,
    description: `Stops a search. It makes no more suggestions, but clients can still report the suggestions that they
lease. Scope: SEARCH.`,
  })
  @NeedsScope('SEARCH')
  stopSearch(
    @Arg('id', () => ID, { description: 'The id of the search.' }) id: string,
    @Ctx() context: Context,
  ): Promise<StopSearchPayload> {
    return withScope(context, 'SEARCH', async (viewer) => ({
      search: await stopSearch(context.database, viewer, parseIdOf('Search', id, 'id')),
    }))
  }

  @Mutation(() => DeleteSearchPayload, {
    nullable: true,
    description: `Deletes a search with its suggestions. Evaluations that it reported belong to the dataset and stay. Trainings
that it requested continue; \`cancelTraining\` ends them. Scope: SEARCH.`,
  })
  @NeedsScope('SEARCH')
  deleteSearch(
    @Arg('id', () => ID, { description: 'The id of the search.' }) id: string,
    @Ctx() context: Context,
  ): Promise<DeleteSearchPayload> {
    return withScope(context, 'SEARCH', async (viewer) => {
      await deleteSearch(context.database, viewer, parseIdOf('Search', id, 'id'))
      return { id }
    })
  }
}

function readSurrogate({ surrogate }: CreateSearchInput): number | null {
  return surrogate == null ? null : parseIdOf('Surrogate', surrogate, 'surrogate')
}

/** A report with the row id of its suggestion, or the error if the id is malformed. */
function readReport(report: ReportEvaluationInput) {
  try {
    return { ...report, suggestionId: parseIdOf('Suggestion', report.suggestionId, 'suggestionId') }
  } catch (error) {
    if (error instanceof ActbenchError) return error
    throw error
  }
}
