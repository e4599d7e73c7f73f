import { Field, ObjectType } from 'type-graphql'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { Activation, type ActivationSource } from './activation.type.js'

@ObjectType({
  simpleResolvers: true,
  description: 'The evaluations of one activation function in several datasets, side by side.',
})
export class Comparison {
  @Field(() => String, { description: 'The expression as the request gave it.' })
  expression!: string

  @Field(() => Activation, { description: 'The activation function that the expression computes.' })
  activation!: ActivationSource

  @Field(() => [Evaluation], {
    nullable: 'items',
    description:
      'One evaluation per dataset, in the order of the `datasets` argument; null if the dataset has no evaluation of the function.',
  })
  evaluations!: unknown[]
}
