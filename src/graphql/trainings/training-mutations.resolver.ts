import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { ActbenchError } from '../../errors.js'
import { updateSurrogate } from '../../services/surrogates/update-surrogate.js'
import { cancelTraining } from '../../services/trainings/cancel-training.js'
import { trainActivation } from '../../services/trainings/train-activation.js'
import { requireGiven } from '../bounds.js'
import { type Context, forgetLoaded } from '../context.js'
import { mutate, NeedsScope } from '../mutate.js'
import { parseIdOf } from '../relay/global-id.js'
import { TrainActivationInput, UpdateSurrogateInput } from './training-mutations.input.js'
import { CancelTrainingPayload, TrainActivationPayload, UpdateSurrogatePayload } from './training-mutations.type.js'

@Resolver()
export class TrainingMutationsResolver {
  @Mutation(() => TrainActivationPayload, {
    description: 'Queue training of an activation function on a worker. Scope: TRAIN.',
  })
  @NeedsScope('TRAIN')
  trainActivation(
    @Arg('input', () => TrainActivationInput, { description: 'What to train.' }) input: TrainActivationInput,
    @Ctx() context: Context,
  ): Promise<TrainActivationPayload> {
    return mutate(context, 'TRAIN', (viewer) => trainActivation(context.database, viewer, input))
  }

  @Mutation(() => CancelTrainingPayload, {
    description:
      "By the key that queued it, or ADMIN. CONFLICT where it has ended, or another key's search waits for it.",
  })
  @NeedsScope(null)
  async cancelTraining(
    @Arg('id', () => ID, { description: 'The id of a training job.' }) id: string,
    @Ctx() context: Context,
  ): Promise<CancelTrainingPayload> {
    const { viewer, database } = context
    // Whose job it is decides, whatever the key's scopes.
    if (!viewer) throw new ActbenchError('UNAUTHENTICATED', 'this needs the key that queued the job; none was sent')
    const job = await cancelTraining(database, viewer, parseIdOf('TrainingJob', id, 'id'))
    forgetLoaded(context)
    return { job }
  }

  @Mutation(() => UpdateSurrogatePayload, { description: 'Fit the surrogate anew on all evaluations. Scope: TRAIN.' })
  @NeedsScope('TRAIN')
  updateSurrogate(
    @Arg('input', () => UpdateSurrogateInput, { description: 'Which surrogate.' }) input: UpdateSurrogateInput,
    @Ctx() context: Context,
  ): Promise<UpdateSurrogatePayload> {
    return mutate(context, 'TRAIN', async (viewer) => {
      const algorithm = requireGiven('algorithm', input.algorithm)
      return { surrogate: await updateSurrogate(context.database, viewer, { dataset: input.dataset, algorithm }) }
    })
  }
}
