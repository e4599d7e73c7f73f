import { Field, ObjectType } from 'type-graphql'
import { Run } from '../evaluations/run.type.js'
import { Surrogate } from '../surrogates/surrogate.type.js'
import { TrainingJob } from './training-job.type.js'

@ObjectType({ simpleResolvers: true, description: 'The result of `trainActivation`.' })
export class TrainActivationPayload {
  @Field(() => [TrainingJob], {
    description: `The jobs that were queued now, and earlier jobs for the same trainings that have not finished.
Trainings that failed or were cancelled are queued again.`,
  })
  jobs!: unknown[]

  @Field(() => [Run], {
    description: `The runs that already exist for this function, dataset version and seed. They are not trained again.`,
  })
  runs!: unknown[]
}

@ObjectType({ simpleResolvers: true, description: 'The result of `cancelTraining`.' })
export class CancelTrainingPayload {
  @Field(() => TrainingJob, { description: 'The cancelled job.' })
  job!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `updateSurrogate`.' })
export class UpdateSurrogatePayload {
  @Field(() => Surrogate, {
    description: `The surrogate to fit, usually in the state QUEUED. Subscribe to \`surrogateUpdated\` to learn when
it is READY.`,
  })
  surrogate!: unknown
}
