import { Field, ObjectType } from 'type-graphql'
import { Evaluation } from '../evaluations/evaluation.type.js'
import { Activation, type ActivationSource } from './activation.type.js'

@ObjectType({ simpleResolvers: true, description: 'One activation function across datasets.' })
export class Comparison {
  @Field(() => String, { description: 'The expression as it was asked for.' })
  expression!: string

  @Field(() => Activation, { description: 'Its function.' })
  activation!: ActivationSource

  @Field(() => [Evaluation], {
    nullable: 'items',
    description: 'One a dataset, in the order asked for; null where it was not evaluated.',
  })
  evaluations!: unknown[]
}
