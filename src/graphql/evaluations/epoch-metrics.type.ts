import { Field, Float, Int, ObjectType } from 'type-graphql'

@ObjectType({ simpleResolvers: true, description: 'A point of a learning curve.' })
export class EpochMetrics {
  @Field(() => Int, { description: 'The epoch, counted from 1.' })
  epoch!: number

  @Field(() => Float, { nullable: true, description: 'Accuracy on the training samples after it.' })
  trainAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'Loss on the training samples after it.' })
  trainLoss!: number | null

  @Field(() => Float, { nullable: true, description: 'Accuracy on the validation samples after it.' })
  validationAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'Loss on the validation samples after it.' })
  validationLoss!: number | null
}
