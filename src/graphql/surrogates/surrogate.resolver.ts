import { Arg, Args, Ctx, FieldResolver, Float, ID, Resolver, Root } from 'type-graphql'
import {
  type DatasetRow,
  type EvaluationRow,
  embeddingPage,
  predictionsPage,
  type SurrogateRow,
} from '../../db/loaders.js'
import { predictExpressions } from '../../services/surrogates/predict.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getActivationOf, getDatasetByName, getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { FeatureSpace } from '../enums.js'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { type Connection, listConnection } from '../relay/connection.js'
import { toGlobalId } from '../relay/global-id.js'
import { PageArguments } from '../relay/page-arguments.js'
import { chooseMap } from './choose-map.js'
import { findPointPrediction, findPosition } from './find-position.js'
import { predictActivation } from './find-prediction.js'
import { Prediction, PredictionConnection, type PredictionSource } from './prediction.type.js'
import {
  EmbeddingConnection,
  EmbeddingPoint,
  MapPosition,
  type PlaceSource,
  type QualityPart,
  Surrogate,
  SurrogateQuality,
} from './surrogate.type.js'

const MAP_FEATURES = `The features by which functions are close to each other: [OUTPUTS], [FISHER_SPECTRUM], or both. A function
without a Fisher spectrum has no place on the map by spectra. Default: all features of the surrogate that made the map.`

/** Large enough for the whole map of a published dataset, and for all predictions of its measured functions. */
const MAX_POINTS_PAGE = 5000

@Resolver(() => Surrogate)
export class SurrogateResolver {
  @FieldResolver(() => ID, { description: 'The global id of the object. Treat it as opaque; it never changes.' })
  id(@Root() { id }: SurrogateRow): string {
    return toGlobalId('Surrogate', id)
  }

  @FieldResolver(() => Dataset, { description: 'The dataset whose evaluations the surrogate predicts.' })
  dataset(@Root() { datasetId }: SurrogateRow, @Ctx() { loaders }: Context): Promise<DatasetRow> {
    return getRow(loaders.dataset, datasetId)
  }

  @FieldResolver(() => SurrogateQuality, {
    nullable: true,
    description: `The quality of the predictions, measured by cross-validation during the fit; null before that. For an UPLOADED
surrogate: how well it matches what was measured before the upload, which its client could have known.`,
  })
  quality(@Root() row: SurrogateRow): SurrogateQuality | null {
    const { spearman, kendall, meanAbsoluteError, topRecall, intervalCoverage, folds } = row
    if (folds === null) return null
    return {
      ...{ spearman, kendall, meanAbsoluteError, topRecall, intervalCoverage, folds },
      functions: row.qualityFunctions,
      quarters: (row.qualityQuarters ?? []) as unknown as QualityPart[],
    }
  }

  @FieldResolver(() => SurrogateQuality, {
    nullable: true,
    description: `The quality of an UPLOADED surrogate by the functions that were measured only after the upload; null for others.
These measurements test it honestly, because its client could not know them. If the networks of the dataset normalise, a function
with a scaled twin that was measured before does not count.`,
  })
  qualityAfterUpload(
    @Root() row: SurrogateRow,
    @Ctx() { loaders }: Context,
  ): Promise<(Omit<SurrogateQuality, 'quarters'> & { readonly quarters: readonly QualityPart[] }) | null> {
    return loaders.qualityAfterUpload.load(row)
  }

  @FieldResolver(() => EmbeddingConnection, {
    description: `The map of activation functions: points that are close to each other behave alike. GAUSSIAN_PROCESS makes
no map, so it shows the one of the dataset's newest READY UMAP_KNN. Here \`first\` may be up to 5000. Empty if there is no map
by these features.`,
  })
  async embedding(
    @Root() row: SurrogateRow,
    @Arg('features', () => [FeatureSpace], { nullable: true, description: MAP_FEATURES })
    features: FeatureSpace[] | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<PlaceSource>> {
    const map = row.algorithm === 'UMAP_KNN' ? row : await loaders.newestMap.load(row.datasetId)
    return listConnection(loaders, args, {
      cursor: { name: 'embedding', value: 'none', key: 'int' },
      list: embeddingPage(chooseMap(map, features ?? null)),
      parent: map?.id ?? row.id,
      maxSize: MAX_POINTS_PAGE,
      toNode: ({ activation, x, y, measured, mean, standardDeviation }) => ({
        activation,
        expression: activation.expression,
        x: x as number,
        y: y as number,
        validationAccuracy: measured,
        ...{ mean, standardDeviation, predictedBy: map?.id === row.id ? null : row.id },
      }),
    })
  }

  @FieldResolver(() => PredictionConnection, {
    description: `The predictions for all candidates, highest validation accuracy first. Here \`first\` and \`last\` may be up to
5000. Of an UPLOADED surrogate: for the functions that the service stored at the time of the upload.`,
  })
  predictions(
    @Root() { id }: SurrogateRow,
    @Arg('evaluated', () => Boolean, {
      nullable: true,
      description: `True for only the functions that the dataset has evaluated, false for only the others. Default: all
functions.`,
    })
    evaluated: boolean | null | undefined,
    @Args(() => PageArguments) args: PageArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<PredictionSource>> {
    return listConnection(loaders, args, {
      cursor: { name: 'predictions', value: 'number', key: 'int' },
      list: predictionsPage(evaluated ?? null),
      parent: id,
      maxSize: MAX_POINTS_PAGE,
      toNode: (point) => ({ ...point, expression: point.activation.expression, mean: point.mean as number }),
    })
  }

  @FieldResolver(() => Prediction, {
    description: 'The prediction for any expression whose outputs are finite, stored or not.',
  })
  async prediction(
    @Root() surrogate: SurrogateRow,
    @Arg('expression', () => String, { description: 'The expression in any spelling, such as max(x,tanh(x)).' })
    expression: string,
    @Ctx() { database }: Context,
  ): Promise<PredictionSource> {
    const [prediction] = await predictExpressions(database, surrogate, [expression])
    if (prediction instanceof Error) throw prediction
    return prediction
  }
}

@Resolver(() => Activation)
export class ActivationPredictionResolver {
  @FieldResolver(() => Prediction, {
    nullable: true,
    description: `The prediction of the dataset's best READY surrogate for this function. Null, without an error, if the dataset has no
such surrogate or the function cannot be predicted because its outputs are not finite.`,
  })
  async prediction(
    @Root() activation: ActivationSource,
    @Arg('dataset', () => String, { description: 'The name of a dataset, such as `mini-cnn`.' }) dataset: string,
    @Ctx() context: Context,
  ): Promise<PredictionSource | null> {
    const { id } = await getDatasetByName(context, dataset)
    return predictActivation(context, id, activation)
  }
}

@Resolver(() => EmbeddingPoint)
export class EmbeddingPointResolver {
  @FieldResolver(() => Activation, { description: 'The activation function at this point.' })
  activation(@Root() { activation }: PlaceSource): ActivationSource {
    return activation
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: `The validation accuracy that the surrogate predicts for the function, from 0 to 1. For a measured function,
the prediction uses only the other evaluations. Null if the surrogate has no stored prediction for it.`,
  })
  async predictedMean(@Root() place: PlaceSource, @Ctx() context: Context): Promise<number | null> {
    return (await findPointPrediction(context, place)).mean
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'The uncertainty of `predictedMean`, as a standard deviation; null where it is not known.',
  })
  async predictedStandardDeviation(@Root() place: PlaceSource, @Ctx() context: Context): Promise<number | null> {
    return (await findPointPrediction(context, place)).standardDeviation
  }
}

@Resolver(() => Prediction)
export class PredictionResolver {
  @FieldResolver(() => Activation, { description: 'The activation function that the expression computes.' })
  activation(
    @Root() { activation, expression }: PredictionSource,
    @Ctx() context: Context,
  ): ActivationSource | Promise<ActivationSource> {
    return activation ?? getActivationOf(context, expression)
  }

  @FieldResolver(() => Surrogate, { description: 'The surrogate that made the prediction.' })
  surrogate(@Root() { surrogateId }: PredictionSource, @Ctx() { loaders }: Context): Promise<SurrogateRow> {
    return getRow(loaders.surrogate, surrogateId)
  }

  @FieldResolver(() => MapPosition, {
    nullable: true,
    description: `Its place on the map that \`embedding\` of the surrogate shows, whether the function is stored or not. Null if
the dataset has no such map, or if the map is by spectra and the function was not part of the fit.`,
  })
  position(
    @Root() prediction: PredictionSource,
    @Arg('features', () => [FeatureSpace], { nullable: true, description: MAP_FEATURES })
    features: FeatureSpace[] | null | undefined,
    @Ctx() context: Context,
  ): Promise<MapPosition | null> {
    return findPosition(context, prediction, features ?? null)
  }

  @FieldResolver(() => [Evaluation], { description: 'The evaluations that influence the prediction most.' })
  async basedOn(@Root() { basedOn }: PredictionSource, @Ctx() { loaders }: Context): Promise<EvaluationRow[]> {
    // An evaluation may have been deleted since the fit.
    const found = await Promise.all(basedOn.map((id) => loaders.evaluation.load(id)))
    return found.filter((evaluation) => evaluation !== null)
  }
}
