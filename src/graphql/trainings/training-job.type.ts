import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { TrainingState } from '../enums.js'
import { JSONObject } from '../json-object.scalar.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `A requested training of one activation function with one seed. Clients can watch its progress while
a worker trains.`,
})
export class TrainingJob extends Node {
  @Field(() => String, { description: 'The expression that is trained, such as max(x,tanh(x)).' })
  expression!: string

  @Field(() => Int, {
    description: 'The random seed, which determines the initial weights and the order of the samples.',
  })
  seed!: number

  @Field(() => TrainingState, { description: 'The state of the job.' })
  state!: string

  @Field(() => Float, {
    description: 'Share of the training that is done, from 0 to 1. It also changes within an epoch.',
  })
  progress!: number

  @Field(() => Int, {
    nullable: true,
    description: 'Steps of the optimiser that are done, at most three seconds ago; null if the training is shorter.',
  })
  step!: number | null

  @Field(() => Int, { nullable: true, description: 'All steps of the training; null as long as `step` is null.' })
  steps!: number | null

  @Field(() => Int, { description: 'Number of times that a worker started the job.' })
  attempts!: number

  @Field(() => String, { nullable: true, description: 'Why the training failed; null if it did not fail.' })
  failure!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The backend that computes the training, such as tfjs-wasm; null before the first start.',
  })
  backend!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The processor or graphics card that computes the training; null if it is not known.',
  })
  device!: string | null

  @Field(() => JSONObject, {
    nullable: true,
    description:
      'The JSON object that the client attached to the training; its run gets it too. Null if it attached none.',
  })
  metadata!: unknown

  @Field(() => DateTime, { description: 'Time at which a client requested the training.' })
  createdAt!: Date

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time at which a worker first started the job; null before that.',
  })
  startedAt!: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Time at which the job ended; null before that.' })
  finishedAt!: Date | null
}

export const TrainingJobConnection = createConnectionType(() => TrainingJob, 'TrainingJob', 'training jobs')
