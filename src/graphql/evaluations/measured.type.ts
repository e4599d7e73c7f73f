import { Field, Float, ObjectType } from 'type-graphql'
import { Node } from '../relay/node.type.js'

/** The metrics that evaluations and runs have in common. No type of the API itself, since nothing gives one. */
@ObjectType({ simpleResolvers: true })
export abstract class Measured extends Node {
  @Field(() => Float, { nullable: true, description: 'Share of the training samples classified correctly, 0 to 1.' })
  trainAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the training samples, in nats.' })
  trainLoss!: number | null

  @Field(() => Float, { nullable: true, description: 'Share of the validation samples classified correctly, 0 to 1.' })
  validationAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the validation samples, in nats.' })
  validationLoss!: number | null

  @Field(() => Float, { nullable: true, description: 'Share of the test samples classified correctly, 0 to 1.' })
  testAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the test samples, in nats.' })
  testLoss!: number | null

  @Field(() => Float, { nullable: true, description: 'Duration of a training, in seconds.' })
  runtimeSeconds!: number | null
}
