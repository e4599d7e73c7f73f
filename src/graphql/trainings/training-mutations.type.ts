import { Field, ObjectType } from 'type-graphql'
import { Run } from '../evaluations/run.type.js'
import { Surrogate } from '../surrogates/surrogate.type.js'
import { TrainingJob } from './training-job.type.js'

@ObjectType({ simpleResolvers: true, description: 'What became of a request to train.' })
export class TrainActivationPayload {
  @Field(() => [TrainingJob], {
    description: 'Queued now, or queued before and not finished. Failed and cancelled trainings are queued anew.',
  })
  jobs!: unknown[]

  @Field(() => [Run], {
    description: 'The runs that exist already for this function, dataset version and seed: they are not trained again.',
  })
  runs!: unknown[]
}

@ObjectType({ simpleResolvers: true, description: 'What became of a request to cancel.' })
export class CancelTrainingPayload {
  @Field(() => TrainingJob, { description: 'The cancelled job.' })
  job!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'What became of a request to fit.' })
export class UpdateSurrogatePayload {
  @Field(() => Surrogate, { description: 'QUEUED: a worker fits it; surrogateUpdated tells when it is READY.' })
  surrogate!: unknown
}
