import { Field, Float, ObjectType } from 'type-graphql'

@ObjectType({
  simpleResolvers: true,
  description: 'An activation function that is near another one, with the distance between them.',
})
export class Neighbour {
  @Field(() => Float, { description: 'The distance in the requested feature space, from 0 (equal features).' })
  distance!: number

  /** Row id of the activation; not a field of the API. */
  activationId!: number
}
