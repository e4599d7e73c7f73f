import { Field, Int, ObjectType } from 'type-graphql'

@ObjectType({ simpleResolvers: true, description: 'A dense vector of float32 numbers.' })
export class FeatureVector {
  @Field(() => Int, { description: 'How many numbers there are.' })
  length!: number

  /** Little-endian float32; not a field of the API. */
  bytes!: Uint8Array
}

/** The vector in stored bytes, as the API shows it. */
export function toFeatureVector(bytes: Uint8Array): FeatureVector {
  return { length: bytes.byteLength / 4, bytes }
}
