import { Field, Float, ObjectType } from 'type-graphql'
import type { ActivationRow } from '../../db/loaders.js'
import { FeatureSpace } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'

/** A prediction as the services return it. */
export interface PredictionSource {
  readonly expression: string
  /** Null if the function is not stored. */
  readonly activationId: number | null
  readonly surrogateId: number
  readonly mean: number
  readonly standardDeviation: number | null
  readonly measured: number | null
  readonly features: readonly string[]
  /** Row ids of evaluations. */
  readonly basedOn: readonly number[]
  /** Set if the prediction was read as part of a page. */
  readonly activation?: ActivationRow
}

@ObjectType({
  simpleResolvers: true,
  description: 'The validation accuracy that a surrogate predicts for an activation function.',
})
export class Prediction {
  @Field(() => String, { description: 'The expression as the client wrote it, or as the service stores it.' })
  expression!: string

  @Field(() => Float, {
    description: `The predicted validation accuracy, as a fraction such as 0.92. If the function was measured, the
prediction uses only the other evaluations.`,
  })
  mean!: number

  @Field(() => Float, {
    nullable: true,
    description: `The uncertainty of the prediction, as a standard deviation of the validation accuracy; null if the
surrogate does not estimate it.`,
  })
  standardDeviation!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The measured validation accuracy, from 0 to 1; null if the function was not evaluated.',
  })
  measured!: number | null

  @Field(() => [FeatureSpace], {
    description: `The features that the prediction uses. A function without a Fisher spectrum is predicted only from
its outputs.`,
  })
  features!: string[]
}

export const PredictionConnection = createConnectionType(() => Prediction, 'Prediction', 'predictions')
