import { Field, Float, ObjectType } from 'type-graphql'

@ObjectType({ simpleResolvers: true, description: 'An activation function near another one.' })
export class Neighbour {
  @Field(() => Float, { description: 'How far it is, in the feature space that was asked for.' })
  distance!: number

  /** Row id of the activation; not a field of the API. */
  activationId!: number
}
