import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { createApiKey, revokeApiKey } from '../../services/access/api-keys.js'
import type { Context } from '../context.js'
import { parseIdOf } from '../relay/global-id.js'
import { NeedsScope, withScope } from '../with-scope.js'
import { CreateApiKeyInput } from './api-key-mutations.input.js'
import { CreateApiKeyPayload, RevokeApiKeyPayload } from './api-key-mutations.type.js'

@Resolver()
export class ApiKeyMutationsResolver {
  @Mutation(() => CreateApiKeyPayload, {
    nullable: true,
    description: 'Create an API key. The response contains its secret, which cannot be read again. Scope: ADMIN.',
  })
  @NeedsScope('ADMIN')
  createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The properties of the new key.' }) input: CreateApiKeyInput,
    @Ctx() context: Context,
  ): Promise<CreateApiKeyPayload> {
    return withScope(context, 'ADMIN', (viewer) => createApiKey(context.database, viewer, input))
  }

  @Mutation(() => RevokeApiKeyPayload, {
    nullable: true,
    description: 'Revoke an API key at once; requests with it fail from now on. Scope: ADMIN.',
  })
  @NeedsScope('ADMIN')
  revokeApiKey(
    @Arg('id', () => ID, { description: 'The global id of the key.' }) id: string,
    @Ctx() context: Context,
  ): Promise<RevokeApiKeyPayload> {
    return withScope(context, 'ADMIN', async (viewer) => ({
      apiKey: await revokeApiKey(context.database, viewer, parseIdOf('ApiKey', id, 'id')),
    }))
  }
}
