import { Field, Float, Int, ObjectType } from 'type-graphql'
import type { ActivationRow } from '../../db/loaders.js'
import { DateTime } from '../date-time.scalar.js'
import { FeatureSpace, SurrogateAlgorithm, SurrogateState } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  simpleResolvers: true,
  description: `How far off some predictions of cross-validation are: a quarter of them, by their height.`,
})
export class QualityPart {
  @Field(() => Int, { description: 'Number of functions.' })
  functions!: number

  @Field(() => Float, { description: 'The lowest predicted validation accuracy, as a fraction such as 0.92.' })
  lowestPrediction!: number

  @Field(() => Float, { description: 'The highest predicted validation accuracy.' })
  highestPrediction!: number

  @Field(() => Float, {
    description: 'The mean of predicted minus measured accuracy: positive if predictions are too high.',
  })
  bias!: number

  @Field(() => Float, { description: 'The mean absolute difference between predicted and measured accuracy.' })
  meanAbsoluteError!: number

  @Field(() => Float, {
    nullable: true,
    description: `Share of the measurements that are within 1.645 standard deviations of their prediction, from 0 to 1; 0.9 is
ideal.`,
  })
  intervalCoverage!: number | null
}

@ObjectType({
  simpleResolvers: true,
  description: `How well the predictions of a surrogate match measurements, according to cross-validation. Every measured
function with a prediction counts. Its prediction comes from functions of other folds only.`,
})
export class SurrogateQuality {
  @Field(() => Float, {
    nullable: true,
    description: `Spearman's rank correlation between predicted and measured accuracies, from -1 to 1; 1 is best.`,
  })
  spearman!: number | null

  @Field(() => Float, {
    nullable: true,
    description: `Kendall's rank correlation between predicted and measured accuracies, from -1 to 1; 1 is best.`,
  })
  kendall!: number | null

  @Field(() => Float, {
    nullable: true,
    description: `Mean absolute difference between predicted and measured validation accuracy. For example, 0.02 means
that predictions are off by 2 percentage points on average.`,
  })
  meanAbsoluteError!: number | null

  @Field(() => Float, {
    nullable: true,
    description: `Share of the truly best 1% of the functions that are also among the predicted best 1%, from 0 to 1.
With fewer than 500 functions, the five best are compared instead.`,
  })
  topRecall!: number | null

  @Field(() => Float, {
    nullable: true,
    description: `Share of the measurements that are within 1.645 standard deviations of their prediction, from 0 to
1; 0.9 is ideal. Null if the surrogate does not estimate its uncertainty.`,
  })
  intervalCoverage!: number | null

  @Field(() => Int, {
    description: `Number of parts (folds) into which cross-validation divided the evaluations; 0 for an UPLOADED surrogate, from
which nothing was held out.`,
  })
  folds!: number

  @Field(() => Int, {
    nullable: true,
    description: `Number of measured functions that count. Null for surrogates of version 0.4.0 and older, whose quality may leave
out functions without a Fisher spectrum.`,
  })
  functions!: number | null

  @Field(() => [QualityPart], {
    description: `The same predictions in four parts of equal size, the lowest first. Empty for surrogates of version 0.4.0 and
older.`,
  })
  quarters!: QualityPart[]
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `A model that predicts the validation accuracy of activation functions from features. Features are
computed without any training.`,
})
export class Surrogate extends Node {
  @Field(() => Int, { description: 'Number of this surrogate among the surrogates of its dataset, from 1.' })
  version!: number

  @Field(() => SurrogateAlgorithm, { description: 'The prediction method of the surrogate.' })
  algorithm!: string

  @Field(() => String, { nullable: true, description: 'The name of an UPLOADED surrogate; null for others.' })
  name!: string | null

  @Field(() => [FeatureSpace], { description: 'The features that the surrogate uses for predictions.' })
  features!: string[]

  @Field(() => SurrogateState, { description: 'The state of the surrogate.' })
  state!: string

  @Field(() => Float, { description: 'Share of the fit that is done, from 0 to 1.' })
  progress!: number

  @Field(() => String, { nullable: true, description: 'Why the fit failed; null if it did not fail.' })
  failure!: string | null

  @Field(() => Int, {
    nullable: true,
    description: `Number of evaluations that the surrogate was fitted on; null until it is READY, and for an UPLOADED one, whose
client does not say it.`,
  })
  trainedOn!: number | null

  @Field(() => Int, {
    nullable: true,
    description: `Number of measured functions excluded from the fit: not finite, or, for a map by spectra, without a usable
Fisher spectrum. Null until the surrogate is READY.`,
  })
  leftOut!: number | null

  @Field(() => Int, {
    nullable: true,
    description: 'Number of activation functions with a prediction; null until the surrogate is READY.',
  })
  candidates!: number | null

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time at which the surrogate became READY, or was uploaded; null before that.',
  })
  fittedAt!: Date | null

  @Field(() => Float, {
    nullable: true,
    description: 'Duration of the fit, in seconds; null until the surrogate is READY.',
  })
  fitSeconds!: number | null
}

/** A point that was read as part of a page, together with its activation and what the map predicts. */
export interface PlaceSource extends EmbeddingPoint {
  readonly activation: ActivationRow
  readonly mean: number | null
  readonly standardDeviation: number | null
  /** The surrogate that predicts if it is not the one of the map, otherwise null. */
  readonly predictedBy: number | null
}

@ObjectType({ simpleResolvers: true, description: "A place on a surrogate's map of activation functions." })
export class MapPosition {
  @Field(() => Float, { description: 'The horizontal coordinate, on the scale of the points of `embedding`.' })
  x!: number

  @Field(() => Float, { description: 'The vertical coordinate, on the same scale as `x`.' })
  y!: number
}

@ObjectType({ simpleResolvers: true, description: "A point on a surrogate's map of activation functions." })
export class EmbeddingPoint {
  @Field(() => String, {
    description: 'The expression of the function in canonical form. It costs less than `activation`.',
  })
  expression!: string

  @Field(() => Float, {
    description: `The horizontal coordinate. Its unit has no meaning; only distances between points matter.`,
  })
  x!: number

  @Field(() => Float, { description: 'The vertical coordinate, on the same scale as `x`.' })
  y!: number

  @Field(() => Float, {
    nullable: true,
    description: `The validation accuracy that the dataset has measured for the function, from 0 to 1; null if it was
not evaluated.`,
  })
  validationAccuracy!: number | null
}

export const SurrogateConnection = createConnectionType(() => Surrogate, 'Surrogate', 'surrogates')
export const EmbeddingConnection = createConnectionType(() => EmbeddingPoint, 'Embedding', 'places on a map')
