import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { ActbenchError } from '../../errors.js'
import { updateSurrogate } from '../../services/surrogates/update-surrogate.js'
import { cancelTraining } from '../../services/trainings/cancel-training.js'
import { trainActivation } from '../../services/trainings/train-activation.js'
import { requireGiven } from '../../services/validate-input.js'
import { type Context, forgetLoaded } from '../context.js'
import { parseIdOf } from '../relay/global-id.js'
import { NeedsScope, withScope } from '../with-scope.js'
import { TrainActivationInput, UpdateSurrogateInput } from './training-mutations.input.js'
import { CancelTrainingPayload, TrainActivationPayload, UpdateSurrogatePayload } from './training-mutations.type.js'

@Resolver()
export class TrainingMutationsResolver {
  @Mutation(() => TrainActivationPayload, {
    description: `Queues trainings of an activation function, one for each seed. A worker then runs them. Scope:
TRAIN.`,
  })
  @NeedsScope('TRAIN')
  trainActivation(
    @Arg('input', () => TrainActivationInput, { description: 'The function to train, the dataset and the seeds.' })
    input: TrainActivationInput,
    @Ctx() context: Context,
  ): Promise<TrainActivationPayload> {
    return withScope(context, 'TRAIN', (viewer) => trainActivation(context.database, viewer, input))
  }

  @Mutation(() => CancelTrainingPayload, {
    description: `Cancels a training job. Needs the key that queued the job, or a key with the scope ADMIN. The error
is CONFLICT if the job has ended, or if a search of another key waits for it.`,
  })
  @NeedsScope(null)
  async cancelTraining(
    @Arg('id', () => ID, { description: 'The id of the training job.' }) id: string,
    @Ctx() context: Context,
  ): Promise<CancelTrainingPayload> {
    const { viewer, database } = context
    // The owner of the job may cancel it, with any scopes.
    if (!viewer) throw new ActbenchError('UNAUTHENTICATED', 'this needs the key that queued the job; none was sent')
    const job = await cancelTraining(database, viewer, parseIdOf('TrainingJob', id, 'id'))
    forgetLoaded(context)
    return { job }
  }

  @Mutation(() => UpdateSurrogatePayload, {
    description: 'Queues a new fit of a surrogate on all evaluations of the dataset. Scope: TRAIN.',
  })
  @NeedsScope('TRAIN')
  updateSurrogate(
    @Arg('input', () => UpdateSurrogateInput, { description: 'The dataset and the algorithm of the surrogate.' })
    input: UpdateSurrogateInput,
    @Ctx() context: Context,
  ): Promise<UpdateSurrogatePayload> {
    return withScope(context, 'TRAIN', async (viewer) => {
      const algorithm = requireGiven('algorithm', input.algorithm)
      return { surrogate: await updateSurrogate(context.database, viewer, { dataset: input.dataset, algorithm }) }
    })
  }
}
