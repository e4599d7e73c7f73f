import { Field, Float, Int, ObjectType } from 'type-graphql'
import type { ActivationRow } from '../../db/loaders.js'
import { DateTime } from '../date-time.scalar.js'
import { FeatureSpace, SurrogateAlgorithm, SurrogateState } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({ simpleResolvers: true, description: 'How far a surrogate is to be trusted, by cross-validation.' })
export class SurrogateQuality {
  @Field(() => Float, { nullable: true, description: "Spearman's rank correlation of predicted and measured." })
  spearman!: number | null

  @Field(() => Float, { nullable: true, description: "Kendall's rank correlation of predicted and measured." })
  kendall!: number | null

  @Field(() => Float, { nullable: true, description: 'Mean distance of predicted and measured validation accuracy.' })
  meanAbsoluteError!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the true top 1% among the predicted top 1%; of less than 500 functions: of the five best.',
  })
  topRecall!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Share of measurements within 1.645 standard deviations of their prediction; 0.9 were ideal.',
  })
  intervalCoverage!: number | null

  @Field(() => Int, { description: 'Into how many parts the evaluations were divided.' })
  folds!: number
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A model that predicts validation accuracy from features that cost no training.',
})
export class Surrogate extends Node {
  @Field(() => Int, { description: 'Counts the surrogates of its dataset, from 1.' })
  version!: number

  @Field(() => SurrogateAlgorithm, { description: 'How it predicts.' })
  algorithm!: string

  @Field(() => [FeatureSpace], { description: 'What it predicts from.' })
  features!: string[]

  @Field(() => SurrogateState, { description: 'How far it is.' })
  state!: string

  @Field(() => String, { nullable: true, description: 'Why it could not be fitted.' })
  failure!: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'Evaluations it was fitted on. This and what follows is null until it is READY.',
  })
  trainedOn!: number | null

  @Field(() => Int, {
    nullable: true,
    description:
      'Measured functions that were left out of the fit: not finite, or without a usable Fisher spectrum where it has these.',
  })
  leftOut!: number | null

  @Field(() => Int, { nullable: true, description: 'Activation functions it can predict.' })
  candidates!: number | null

  @Field(() => DateTime, { nullable: true, description: 'When it became READY.' })
  fittedAt!: Date | null

  @Field(() => Float, { nullable: true, description: 'How long the fit took, in seconds.' })
  fitSeconds!: number | null
}

/** A place as it comes from a page, together with its activation. */
export type PlaceSource = EmbeddingPoint & { readonly activation: ActivationRow }

@ObjectType({ simpleResolvers: true, description: "A place on a surrogate's map of activation functions." })
export class EmbeddingPoint {
  @Field(() => Float, { description: 'The first coordinate.' })
  x!: number

  @Field(() => Float, { description: 'The second coordinate.' })
  y!: number

  @Field(() => Float, { nullable: true, description: 'What is measured of the function in the dataset by now.' })
  validationAccuracy!: number | null
}

export const EmbeddingConnection = createConnectionType(() => EmbeddingPoint, 'Embedding', 'places on a map')
