import { Field, Float, ObjectType } from 'type-graphql'
import type { ActivationRow } from '../../db/loaders.js'
import { FeatureSpace } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'

/** A prediction as the services give it. */
export interface PredictionSource {
  readonly expression: string
  /** Null where the function is not stored. */
  readonly activationId: number | null
  readonly surrogateId: number
  readonly mean: number
  readonly standardDeviation: number | null
  readonly measured: number | null
  readonly features: readonly string[]
  /** Row ids of evaluations. */
  readonly basedOn: readonly number[]
  /** Where it comes from a page. */
  readonly activation?: ActivationRow
}

@ObjectType({ simpleResolvers: true, description: 'What a surrogate expects of an activation function.' })
export class Prediction {
  @Field(() => String, { description: 'The expression as it was asked for.' })
  expression!: string

  @Field(() => Float, {
    description: 'Predicted validation accuracy, from the other evaluations alone where this one was measured itself.',
  })
  mean!: number

  @Field(() => Float, { nullable: true, description: 'How far off it may be; null where the surrogate cannot tell.' })
  standardDeviation!: number | null

  @Field(() => Float, { nullable: true, description: 'What was measured, where it was.' })
  measured!: number | null

  @Field(() => [FeatureSpace], {
    description: 'What the prediction rests on: a function without a spectrum is predicted from its outputs alone.',
  })
  features!: string[]
}

export const PredictionConnection = createConnectionType(() => Prediction, 'Prediction', 'predictions')
