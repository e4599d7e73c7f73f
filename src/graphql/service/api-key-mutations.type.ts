import { Field, ObjectType } from 'type-graphql'
import { ApiKey } from './api-key.type.js'

@ObjectType({ simpleResolvers: true, description: 'The result of `createApiKey`.' })
export class CreateApiKeyPayload {
  @Field(() => ApiKey, { description: 'The new key, without its secret.' })
  apiKey!: unknown

  @Field(() => String, {
    description:
      'The secret of the key, which clients send with each request. It is shown only here: the service stores only a hash.',
  })
  secret!: string
}

@ObjectType({ simpleResolvers: true, description: 'The result of `revokeApiKey`.' })
export class RevokeApiKeyPayload {
  @Field(() => ApiKey, { description: 'The revoked key. It gives no access any more.' })
  apiKey!: unknown
}
