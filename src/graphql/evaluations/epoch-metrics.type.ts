import { Field, Float, Int, ObjectType } from 'type-graphql'

@ObjectType({
  simpleResolvers: true,
  description: 'The metrics of a run after one epoch: a point of its learning curve.',
})
export class EpochMetrics {
  @Field(() => Int, { description: 'The number of the epoch, counted from 1.' })
  epoch!: number

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the training samples that are classified correctly after this epoch, from 0 to 1.',
  })
  trainAccuracy!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Mean cross-entropy of the training samples after this epoch, in nats.',
  })
  trainLoss!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the validation samples that are classified correctly after this epoch, from 0 to 1.',
  })
  validationAccuracy!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Mean cross-entropy of the validation samples after this epoch, in nats.',
  })
  validationLoss!: number | null
}
