import { Field, Float, ObjectType } from 'type-graphql'
import { Node } from '../relay/node.type.js'

/** The metrics that evaluations and runs share. The API has no such type, because no field returns one. */
@ObjectType({ simpleResolvers: true })
export abstract class Measured extends Node {
  @Field(() => Float, {
    nullable: true,
    description: 'Share of the training samples that are classified correctly, from 0 to 1.',
  })
  trainAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the training samples, in nats.' })
  trainLoss!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the validation samples that are classified correctly, from 0 to 1.',
  })
  validationAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the validation samples, in nats.' })
  validationLoss!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the test samples that are classified correctly, from 0 to 1.',
  })
  testAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the test samples, in nats.' })
  testLoss!: number | null

  @Field(() => Float, { nullable: true, description: 'Duration of one training, in seconds.' })
  runtimeSeconds!: number | null
}
