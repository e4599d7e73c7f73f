import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { deleteSurrogate } from '../../services/surrogates/delete-surrogate.js'
import { uploadSurrogate } from '../../services/surrogates/upload-surrogate.js'
import type { Context } from '../context.js'
import { parseIdOf } from '../relay/global-id.js'
import { NeedsScope, withScope } from '../with-scope.js'
import { UploadSurrogateInput } from './surrogate-mutations.input.js'
import { DeleteSurrogatePayload, UploadSurrogatePayload } from './surrogate-mutations.type.js'

@Resolver()
export class SurrogateMutationsResolver {
  @Mutation(() => UploadSurrogatePayload, {
    nullable: true,
    description: `Stores predictions of a client's own surrogate as the next version of any dataset: all of them, or none. It
belongs to the client's key, which can own at most 20. It is READY at once, but answers only if a request names it. Scope:
SEARCH.`,
  })
  @NeedsScope('SEARCH')
  uploadSurrogate(
    @Arg('input', () => UploadSurrogateInput, { description: 'The dataset, the name and the predictions.' })
    input: UploadSurrogateInput,
    @Ctx() context: Context,
  ): Promise<UploadSurrogatePayload> {
    return withScope(context, 'SEARCH', async (viewer) => ({
      surrogate: await uploadSurrogate(context.database, viewer, input),
    }))
  }

  @Mutation(() => DeleteSurrogatePayload, {
    nullable: true,
    description: `Deletes an UPLOADED surrogate. Needs the key that uploaded it, or a key with the scope ADMIN. The error is
CONFLICT while an ACTIVE search uses it. No other surrogate gets its version.`,
  })
  @NeedsScope(null)
  deleteSurrogate(
    @Arg('id', () => ID, { description: 'The id of the surrogate.' }) id: string,
    @Ctx() context: Context,
  ): Promise<DeleteSurrogatePayload> {
    return withScope(context, null, async (viewer) => {
      await deleteSurrogate(context.database, viewer, parseIdOf('Surrogate', id, 'id'))
      return { id }
    })
  }
}
