import type { GraphQLResolveInfo } from 'graphql'
import { Arg, Args, Ctx, ID, Info, Int, Query, Resolver } from 'type-graphql'
import { orderOf } from '../activations/known-functions/known-functions.js'
import {
  type ActivationRow,
  activationsPage,
  type DatasetRow,
  datasetsPage,
  type SearchRow,
  searchesPage,
  type TrainingJobRow,
  trainingJobsPage,
} from '../db/loaders.js'
import type { ActbenchError } from '../errors.js'
import { requireKey } from '../services/access/viewer.js'
import { findKnownFunctions } from '../services/activations/find-known-functions.js'
import { predict } from '../services/surrogates/predict.js'
import { getValidText } from '../services/validate-input.js'
import { Activation, ActivationConnection, type ActivationSource } from './activations/activation.type.js'
import { type ComparisonSource, compareActivations } from './activations/compare-activations.js'
import { Comparison } from './activations/comparison.type.js'
import { getActivationOf, getDatasetByName } from './activations/find-named.js'
import { type KnownFunction, KnownFunctionConnection } from './activations/known-function.type.js'
import type { Context } from './context.js'
import { readActivationFilter } from './datasets/conditions.js'
import { Dataset, DatasetConnection } from './datasets/dataset.type.js'
import { ActivationFilter } from './datasets/filters.input.js'
import { SearchState, TrainingState } from './enums.js'
import { isNamedOnly, type NamedDataset, shapeOf } from './plans/planned-field.js'
import { type Connection, listConnection, pageInMemory } from './relay/connection.js'
import { findNode, findNodes } from './relay/find-node.js'
import { parseIdOf } from './relay/global-id.js'
import { Node, type NodeSource } from './relay/node.type.js'
import { PageArguments } from './relay/page-arguments.js'
import { Search, SearchConnection } from './searches/search.type.js'
import { Prediction, type PredictionSource } from './surrogates/prediction.type.js'
import { TrainingJob, TrainingJobConnection } from './trainings/training-job.type.js'

@Resolver()
export class QueryResolver {
  @Query(() => Node, { nullable: true, description: 'The object with this global id, or null if it does not exist.' })
  node(
    @Arg('id', () => ID, { description: 'The `id` of any object of this API.' }) id: string,
    @Ctx() context: Context,
  ) {
    return findNode(context, id) as Promise<NodeSource | null>
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: `The objects with these global ids, in the order of \`ids\`. An item is null if there is no object with this
id.`,
  })
  nodes(
    @Arg('ids', () => [ID], { description: 'Up to 100 ids of any objects of this API.' }) ids: string[],
    @Ctx() context: Context,
  ) {
    return findNodes(context, ids) as Promise<(NodeSource | null)[]>
  }

  @Query(() => DatasetConnection, { description: 'All datasets, oldest first.' })
  datasets(
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<DatasetRow>> {
    return listConnection(loaders, args, {
      cursor: { name: 'datasets', value: 'none', key: 'int' },
      list: datasetsPage(),
      toNode: (row) => row,
    })
  }

  @Query(() => Dataset, {
    nullable: true,
    description: 'The dataset with this name. The error is NOT_FOUND if it does not exist.',
  })
  dataset(
    @Arg('name', () => String, { description: 'The name of the dataset, such as act-bench-cnn.' }) name: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): NamedDataset | Promise<DatasetRow> {
    return isNamedOnly(info) ? { name } : getDatasetByName(context, name, 'name')
  }

  @Query(() => Activation, {
    nullable: true,
    description: `The activation function of any valid expression, whether the service stores it or not. The error is
INVALID_EXPRESSION if the expression is not valid.`,
  })
  activation(
    @Arg('expression', () => String, { description: 'The expression in any spelling, such as max(x,tanh(x)).' })
    expression: string,
    @Ctx() context: Context,
  ): Promise<ActivationSource> {
    return getActivationOf(context, expression)
  }

  @Query(() => KnownFunctionConnection, {
    description: 'The activation functions of the literature, in alphabetical order of their names.',
  })
  knownFunctions(
    @Arg('search', () => String, {
      nullable: true,
      description: `Only functions whose name, other names or formula contain this text, such as \`elu\` or \`tanh(exp(x))\`. Capital
letters, spaces, hyphens and underscores do not count. At most 200 characters.`,
    })
    search: string | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
  ): Connection<KnownFunction> {
    const text = search == null || search.trim() === '' ? null : getValidText('search', search, 200)
    const cursor = { name: 'knownFunctions', value: 'none', key: 'text' } as const
    return pageInMemory(args, cursor, findKnownFunctions(text), orderOf)
  }

  @Query(() => ActivationConnection, { description: 'The stored activation functions, simplest first.' })
  async activations(
    @Arg('filter', () => ActivationFilter, {
      nullable: true,
      description: 'Only activation functions that match this filter.',
    })
    filter: ActivationFilter | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<ActivationRow>> {
    const conditions = await readActivationFilter(context, filter)
    return listConnection(context.loaders, args, {
      cursor: { name: 'activations', value: 'int', key: 'int' },
      list: activationsPage(conditions),
      toNode: (row) => row,
      shape: shapeOf(info),
    })
  }

  @Query(() => [Comparison], {
    nullable: 'items',
    description: `Compares activation functions across datasets, in the order of \`expressions\`. If an expression does
not parse, its item is null and the response has an error with the path of the item.`,
  })
  compare(
    @Arg('expressions', () => [String], {
      description: '1 to 100 expressions in any spelling, such as max(x,tanh(x)).',
    })
    expressions: string[],
    @Arg('datasets', () => [String], { description: 'The names of 1 to 100 datasets.' }) datasets: string[],
    @Ctx() context: Context,
  ): Promise<(ComparisonSource | ActbenchError)[]> {
    return compareActivations(context, expressions, datasets)
  }

  @Query(() => [Prediction], {
    nullable: 'items',
    description: `Predicts the validation accuracy of activation functions, in the order of \`expressions\`. If an
expression cannot be predicted, its item is null and the response has an error with the path of the
item.`,
  })
  predict(
    @Arg('dataset', () => String, { description: 'The name of the dataset.' }) dataset: string,
    @Arg('expressions', () => [String], {
      description: '1 to 100 expressions in any spelling, such as max(x,tanh(x)).',
    })
    expressions: string[],
    @Arg('surrogate', () => ID, {
      nullable: true,
      description: 'The surrogate of the dataset that predicts. Default: the best one that this service fitted.',
    })
    surrogate: string | null | undefined,
    @Arg('version', () => Int, { nullable: true, description: 'The same by its version, instead of its id.' })
    version: number | null | undefined,
    @Arg('fallback', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: `Whether the best surrogate predicts functions for which an UPLOADED surrogate has no prediction. Default: their
items are null, with the error NOT_FOUND.`,
    })
    fallback: boolean | null | undefined,
    @Ctx() { database, client }: Context,
  ): Promise<(PredictionSource | Error)[]> {
    const surrogateId = surrogate == null ? null : parseIdOf('Surrogate', surrogate, 'surrogate')
    return predict(database, dataset, expressions, client, { surrogateId, version, fallback })
  }

  @Query(() => TrainingJob, {
    nullable: true,
    description: 'The training job with this id, or null if it does not exist.',
  })
  trainingJob(
    @Arg('id', () => ID, { description: 'The id of the training job.' }) id: string,
    @Ctx() { loaders }: Context,
  ): Promise<TrainingJobRow | null> {
    return loaders.trainingJob.load(parseIdOf('TrainingJob', id, 'id'))
  }

  @Query(() => TrainingJobConnection, { description: 'Training jobs, newest first.' })
  async trainingJobs(
    @Arg('dataset', () => String, { nullable: true, description: 'Only training jobs of the dataset with this name.' })
    dataset: string | null | undefined,
    @Arg('state', () => TrainingState, { nullable: true, description: 'Only training jobs in this state.' })
    state: TrainingState | null | undefined,
    @Arg('mine', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description:
        'Whether to list only training jobs that the key of the request created. Anonymous: UNAUTHENTICATED.',
    })
    mine: boolean | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<TrainingJobRow>> {
    const apiKeyId = mine ? requireKey(context.viewer).apiKeyId : null
    const datasetId = dataset == null ? null : (await getDatasetByName(context, dataset)).id
    return listConnection(context.loaders, args, {
      cursor: { name: 'trainingJobs', value: 'none', key: 'int' },
      list: trainingJobsPage({ datasetId, state: state ?? null, apiKeyId }),
      toNode: (row) => row,
    })
  }

  @Query(() => Search, { nullable: true, description: 'The search with this id, or null if it does not exist.' })
  search(
    @Arg('id', () => ID, { description: 'The id of the search.' }) id: string,
    @Ctx() { loaders }: Context,
  ): Promise<SearchRow | null> {
    return loaders.search.load(parseIdOf('Search', id, 'id'))
  }

  @Query(() => SearchConnection, { description: 'Searches, newest first.' })
  async searches(
    @Arg('dataset', () => String, { nullable: true, description: 'Only searches in the dataset with this name.' })
    dataset: string | null | undefined,
    @Arg('state', () => SearchState, { nullable: true, description: 'Only searches in this state.' })
    state: SearchState | null | undefined,
    @Arg('mine', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Whether to list only searches that the key of the request created. Anonymous: UNAUTHENTICATED.',
    })
    mine: boolean | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() context: Context,
  ): Promise<Connection<SearchRow>> {
    const apiKeyId = mine ? requireKey(context.viewer).apiKeyId : null
    const datasetId = dataset == null ? null : (await getDatasetByName(context, dataset)).id
    return listConnection(context.loaders, args, {
      cursor: { name: 'searches', value: 'none', key: 'int' },
      list: searchesPage({ datasetId, state: state ?? null, apiKeyId }),
      toNode: (row) => row,
    })
  }
}
