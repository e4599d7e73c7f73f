import { Field, Int, ObjectType } from 'type-graphql'

@ObjectType({
  simpleResolvers: true,
  description: 'A vector of float32 numbers that describes an activation function.',
})
export class FeatureVector {
  @Field(() => Int, { description: 'Number of values in the vector.' })
  length!: number

  /** Little-endian float32; not a field of the API. */
  bytes!: Uint8Array
}

/** Wraps the stored bytes of a vector for the API. */
export function toFeatureVector(bytes: Uint8Array): FeatureVector {
  return { length: bytes.byteLength / 4, bytes }
}
