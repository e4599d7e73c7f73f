import { Field, ObjectType } from 'type-graphql'
import { ApiKey } from './api-key.type.js'

@ObjectType({ simpleResolvers: true, description: 'What became of a request for a key.' })
export class CreateApiKeyPayload {
  @Field(() => ApiKey, { description: 'The new key.' })
  apiKey!: unknown

  @Field(() => String, { description: 'Shown this once; only a hash is stored.' })
  secret!: string
}

@ObjectType({ simpleResolvers: true, description: 'What became of a request to revoke a key.' })
export class RevokeApiKeyPayload {
  @Field(() => ApiKey, { description: 'The key, which opens nothing any more.' })
  apiKey!: unknown
}
