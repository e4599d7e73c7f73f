// First of all: the decorators of every type need it while their files load.
import 'reflect-metadata'
import { createPubSub } from '@graphql-yoga/subscription'
import type { GraphQLSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { ActivationResolver } from './activation.resolver.js'
import { ActivationShapeResolver, NeighbourResolver } from './activation-shape.resolver.js'
import { ApiKeyMutationsResolver } from './api-key-mutations.resolver.js'
import { DatasetResolver } from './dataset.resolver.js'
import { DatasetMutationsResolver } from './dataset-mutations.resolver.js'
import { DatasetStatisticsResolver } from './dataset-statistics.resolver.js'
import { EvaluationResolver, RunResolver } from './evaluation.resolver.js'
import { FeatureVectorResolver } from './feature-vector.resolver.js'
import { DatasetNoiseResolver, EvaluationNoiseResolver } from './noise.resolver.js'
import { QueryResolver } from './query.resolver.js'
import { SearchResolver, SuggestionResolver } from './search.resolver.js'
import { SearchMutationsResolver } from './search-mutations.resolver.js'
import { ApiKeyResolver, ServiceInfoResolver, WorkerResolver } from './service-info.resolver.js'
import { SubscriptionResolver } from './subscription.resolver.js'
import { EmbeddingPointResolver, PredictionResolver, SurrogateResolver } from './surrogate.resolver.js'
import { TrainingJobResolver } from './training-job.resolver.js'
import { TrainingMutationsResolver } from './training-mutations.resolver.js'

/** The public API as an executable schema. */
export function createSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      QueryResolver,
      ServiceInfoResolver,
      ActivationResolver,
      ActivationShapeResolver,
      NeighbourResolver,
      FeatureVectorResolver,
      DatasetResolver,
      DatasetStatisticsResolver,
      DatasetNoiseResolver,
      EvaluationResolver,
      EvaluationNoiseResolver,
      RunResolver,
      SurrogateResolver,
      EmbeddingPointResolver,
      PredictionResolver,
      TrainingJobResolver,
      SearchResolver,
      SuggestionResolver,
      WorkerResolver,
      ApiKeyResolver,
      TrainingMutationsResolver,
      SearchMutationsResolver,
      DatasetMutationsResolver,
      ApiKeyMutationsResolver,
      SubscriptionResolver,
    ],
    // Arguments are checked where they are used, with the codes of the API.
    validate: false,
    // Required as soon as there is a subscription; these follow the database's notifications instead.
    pubSub: createPubSub(),
  })
}
