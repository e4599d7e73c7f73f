import { Field, ID, ObjectType } from 'type-graphql'
import { Surrogate } from './surrogate.type.js'

@ObjectType({ simpleResolvers: true, description: 'The result of `uploadSurrogate`.' })
export class UploadSurrogatePayload {
  @Field(() => Surrogate, { description: 'The new version, which is READY.' })
  surrogate!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `deleteSurrogate`.' })
export class DeleteSurrogatePayload {
  @Field(() => ID, { description: 'The id of the deleted surrogate.' })
  id!: string
}
