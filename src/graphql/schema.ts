// This import must be first: the decorators of all types need it when their files load.
import 'reflect-metadata'
import { createPubSub } from '@graphql-yoga/subscription'
import type { GraphQLSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { treatNullAsAbsent } from './absent-arguments.js'
import { ActivationResolver } from './activations/activation.resolver.js'
import { ActivationPropertiesResolver } from './activations/activation-properties.resolver.js'
import { ActivationShapeResolver, NeighbourResolver } from './activations/activation-shape.resolver.js'
import { CompletionResolver } from './activations/completion.resolver.js'
import { FeatureVectorResolver } from './activations/feature-vector.resolver.js'
import { KnownFunctionResolver } from './activations/known-function.resolver.js'
import { DatasetResolver } from './datasets/dataset.resolver.js'
import { DatasetMutationsResolver } from './datasets/dataset-mutations.resolver.js'
import { DatasetRunsResolver } from './datasets/dataset-runs.resolver.js'
import { DatasetStatisticsResolver } from './datasets/dataset-statistics.resolver.js'
import { SpectrumMutationsResolver } from './datasets/spectrum-mutations.resolver.js'
import { describeRoots } from './describe-roots.js'
import { EvaluationComparisonResolver, EvaluationComparisonsResolver } from './evaluations/comparisons.resolver.js'
import { EvaluationResolver, RunResolver } from './evaluations/evaluation.resolver.js'
import { DatasetNoiseResolver, EvaluationNoiseResolver } from './evaluations/noise.resolver.js'
import { QueryResolver } from './query.resolver.js'
import { SearchResolver, SuggestionResolver } from './searches/search.resolver.js'
import { SearchMutationsResolver } from './searches/search-mutations.resolver.js'
import { ApiKeyMutationsResolver } from './service/api-key-mutations.resolver.js'
import { ApiKeyResolver, ServiceInfoResolver, WorkerResolver } from './service/service-info.resolver.js'
import { DatasetChangesResolver, EvaluationChangeResolver } from './snapshots/change.resolver.js'
import { DatasetSnapshotsResolver, SnapshotResolver, SnapshotRowResolver } from './snapshots/snapshot.resolver.js'
import { SnapshotMutationsResolver } from './snapshots/snapshot-mutations.resolver.js'
import { DatasetVerificationsResolver } from './snapshots/verification.resolver.js'
import { SubscriptionResolver } from './subscriptions/subscription.resolver.js'
import { CalibrationResolver } from './surrogates/calibration.resolver.js'
import {
  ActivationPredictionResolver,
  EmbeddingPointResolver,
  PredictionResolver,
  SurrogateResolver,
} from './surrogates/surrogate.resolver.js'
import { SurrogateMutationsResolver } from './surrogates/surrogate-mutations.resolver.js'
import { TrainingJobResolver } from './trainings/training-job.resolver.js'
import { TrainingMutationsResolver } from './trainings/training-mutations.resolver.js'

/** The public API as an executable schema. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [
      QueryResolver,
      ServiceInfoResolver,
      ActivationResolver,
      ActivationPropertiesResolver,
      ActivationShapeResolver,
      KnownFunctionResolver,
      NeighbourResolver,
      CompletionResolver,
      FeatureVectorResolver,
      DatasetResolver,
      DatasetStatisticsResolver,
      DatasetNoiseResolver,
      EvaluationResolver,
      EvaluationNoiseResolver,
      EvaluationComparisonsResolver,
      EvaluationComparisonResolver,
      RunResolver,
      SurrogateResolver,
      CalibrationResolver,
      ActivationPredictionResolver,
      EmbeddingPointResolver,
      PredictionResolver,
      TrainingJobResolver,
      SearchResolver,
      SuggestionResolver,
      WorkerResolver,
      ApiKeyResolver,
      TrainingMutationsResolver,
      SurrogateMutationsResolver,
      SearchMutationsResolver,
      DatasetMutationsResolver,
      SpectrumMutationsResolver,
      DatasetRunsResolver,
      DatasetSnapshotsResolver,
      DatasetChangesResolver,
      EvaluationChangeResolver,
      DatasetVerificationsResolver,
      SnapshotResolver,
      SnapshotRowResolver,
      SnapshotMutationsResolver,
      ApiKeyMutationsResolver,
      SubscriptionResolver,
    ],
    // The resolvers check the arguments themselves, to throw errors with the codes of the API.
    validate: false,
    // TypeGraphQL requires this if there are subscriptions, but they follow the notifications of the database instead.
    pubSub: createPubSub(),
  })
  return treatNullAsAbsent(describeRoots(schema))
}
