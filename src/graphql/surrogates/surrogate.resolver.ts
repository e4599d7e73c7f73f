import { Arg, Args, Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql'
import {
  type DatasetRow,
  type EvaluationRow,
  embeddingPage,
  predictionsPage,
  type SurrogateRow,
} from '../../db/loaders.js'
import { predictExpressions } from '../../services/surrogates/predict.js'
import { Activation, type ActivationSource } from '../activations/activation.type.js'
import { getActivationOf, getRow } from '../activations/find-named.js'
import type { Context } from '../context.js'
import { Dataset } from '../datasets/dataset.type.js'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { type Connection, listConnection } from '../relay/connection.js'
import { toGlobalId } from '../relay/global-id.js'
import { ForwardArguments } from '../relay/page-arguments.js'
import { Prediction, PredictionConnection, type PredictionSource } from './prediction.type.js'
import { EmbeddingConnection, EmbeddingPoint, type PlaceSource, Surrogate, SurrogateQuality } from './surrogate.type.js'

/** A whole map of a published dataset fits on one page. */
const MAX_EMBEDDING_PAGE = 5000

@Resolver(() => Surrogate)
export class SurrogateResolver {
  @FieldResolver(() => ID, { description: 'Opaque, global and stable.' })
  id(@Root() { id }: SurrogateRow): string {
    return toGlobalId('Surrogate', id)
  }

  @FieldResolver(() => Dataset, { description: 'The dataset whose evaluations it predicts.' })
  dataset(@Root() { datasetId }: SurrogateRow, @Ctx() { loaders }: Context): Promise<DatasetRow> {
    return getRow(loaders.dataset, datasetId)
  }

  @FieldResolver(() => SurrogateQuality, {
    nullable: true,
    description: 'Measured by cross-validation when it was fitted.',
  })
  quality(@Root() row: SurrogateRow): SurrogateQuality | null {
    const { spearman, kendall, meanAbsoluteError, topRecall, intervalCoverage, folds } = row
    return folds === null ? null : { spearman, kendall, meanAbsoluteError, topRecall, intervalCoverage, folds }
  }

  @FieldResolver(() => EmbeddingConnection, {
    description: 'The map of activation functions, empty for GAUSSIAN_PROCESS; here `first` may be as much as 5000.',
  })
  embedding(
    @Root() { id, algorithm }: SurrogateRow,
    @Args(() => ForwardArguments) args: ForwardArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<PlaceSource>> {
    const hasMap = algorithm === 'UMAP_KNN'
    return listConnection(loaders, args, {
      cursor: { name: 'embedding', value: 'none', key: 'int' },
      list: embeddingPage(hasMap),
      parent: id,
      maxSize: MAX_EMBEDDING_PAGE,
      toNode: ({ activation, x, y, measured }) => ({
        activation,
        x: x as number,
        y: y as number,
        validationAccuracy: measured,
      }),
    })
  }

  @FieldResolver(() => PredictionConnection, { description: 'Predictions, best first.' })
  predictions(
    @Root() { id }: SurrogateRow,
    @Arg('evaluated', () => Boolean, {
      nullable: true,
      description: 'Only of functions that were (or were not) evaluated in the dataset by now.',
    })
    evaluated: boolean | null | undefined,
    @Args(() => ForwardArguments) args: ForwardArguments,
    @Ctx() { loaders }: Context,
  ): Promise<Connection<PredictionSource>> {
    return listConnection(loaders, args, {
      cursor: { name: 'predictions', value: 'number', key: 'int' },
      list: predictionsPage(evaluated ?? null),
      parent: id,
      toNode: (point) => ({ ...point, expression: point.activation.expression, mean: point.mean as number }),
    })
  }

  @FieldResolver(() => Prediction, { description: 'What it expects of any finite expression.' })
  async prediction(
    @Root() surrogate: SurrogateRow,
    @Arg('expression', () => String, { description: 'Any spelling.' }) expression: string,
    @Ctx() { database }: Context,
  ): Promise<PredictionSource> {
    const [prediction] = await predictExpressions(database, surrogate, [expression])
    if (prediction instanceof Error) throw prediction
    return prediction
  }
}

@Resolver(() => EmbeddingPoint)
export class EmbeddingPointResolver {
  @FieldResolver(() => Activation, { description: 'The function at this place.' })
  activation(@Root() { activation }: PlaceSource): ActivationSource {
    return activation
  }
}

@Resolver(() => Prediction)
export class PredictionResolver {
  @FieldResolver(() => Activation, { description: 'The function of the expression.' })
  activation(
    @Root() { activation, activationId, expression }: PredictionSource,
    @Ctx() context: Context,
  ): ActivationSource | Promise<ActivationSource> {
    if (activation) return activation
    if (activationId === null) return getActivationOf(context, expression)
    return getRow(context.loaders.activation, activationId)
  }

  @FieldResolver(() => Surrogate, { description: 'Who predicts.' })
  surrogate(@Root() { surrogateId }: PredictionSource, @Ctx() { loaders }: Context): Promise<SurrogateRow> {
    return getRow(loaders.surrogate, surrogateId)
  }

  @FieldResolver(() => [Evaluation], { description: 'The evaluations that the prediction leans on most.' })
  async basedOn(@Root() { basedOn }: PredictionSource, @Ctx() { loaders }: Context): Promise<EvaluationRow[]> {
    // One that was deleted since the fit is passed over.
    const found = await Promise.all(basedOn.map((id) => loaders.evaluation.load(id)))
    return found.filter((evaluation) => evaluation !== null)
  }
}
