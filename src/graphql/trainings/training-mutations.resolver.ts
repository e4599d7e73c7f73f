import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { updateSurrogate } from '../../services/surrogates/update-surrogate.js'
import { cancelTraining } from '../../services/trainings/cancel-training.js'
import { trainActivation } from '../../services/trainings/train-activation.js'
import type { Context } from '../context.js'
import { parseIdOf } from '../relay/global-id.js'
import { NeedsScope, withScope } from '../with-scope.js'
import { TrainActivationInput, UpdateSurrogateInput } from './training-mutations.input.js'
import { CancelTrainingPayload, TrainActivationPayload, UpdateSurrogatePayload } from './training-mutations.type.js'

@Resolver()
export class TrainingMutationsResolver {
  @Mutation(() => TrainActivationPayload, {
    nullable: true,
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
    nullable: true,
    description: `Cancels a training job. Needs the key that queued the job, or a key with the scope ADMIN. The error
is CONFLICT if the job has ended, or if a search of another key waits for it.`,
  })
  @NeedsScope(null)
  cancelTraining(
    @Arg('id', () => ID, { description: 'The id of the training job.' }) id: string,
    @Ctx() context: Context,
  ): Promise<CancelTrainingPayload> {
    // The owner of the job may cancel it, with any scopes.
    return withScope(context, null, async (viewer) => ({
      job: await cancelTraining(context.database, viewer, parseIdOf('TrainingJob', id, 'id')),
    }))
  }

  @Mutation(() => UpdateSurrogatePayload, {
    nullable: true,
    description: 'Queues a new fit of a surrogate on all evaluations of the dataset. Scope: TRAIN.',
  })
  @NeedsScope('TRAIN')
  updateSurrogate(
    @Arg('input', () => UpdateSurrogateInput, { description: 'The dataset and the algorithm of the surrogate.' })
    input: UpdateSurrogateInput,
    @Ctx() context: Context,
  ): Promise<UpdateSurrogatePayload> {
    return withScope(context, 'TRAIN', async (viewer) => ({
      surrogate: await updateSurrogate(context.database, viewer, input),
    }))
  }
}
