import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { TrainingState } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A training that was asked for: what a client watches while a worker trains.',
})
export class TrainingJob extends Node {
  @Field(() => String, { description: 'The expression that is trained.' })
  expression!: string

  @Field(() => Int, { description: 'Decides initial weights and order of the samples.' })
  seed!: number

  @Field(() => TrainingState, { description: 'How far it is.' })
  state!: string

  @Field(() => Float, { description: 'Done share, 0 to 1.' })
  progress!: number

  @Field(() => Int, { description: 'How often it was started.' })
  attempts!: number

  @Field(() => String, { nullable: true, description: 'Why it failed, in words that a client can act on.' })
  failure!: string | null

  @Field(() => String, { nullable: true, description: 'How it is computed, such as tfjs-wasm.' })
  backend!: string | null

  @Field(() => String, { nullable: true, description: 'What computes it, such as a GPU by name.' })
  device!: string | null

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: Date

  @Field(() => DateTime, { nullable: true, description: 'When it was first started.' })
  startedAt!: Date | null

  @Field(() => DateTime, { nullable: true, description: 'When it ended.' })
  finishedAt!: Date | null
}

export const TrainingJobConnection = createConnectionType(() => TrainingJob, 'TrainingJob', 'training jobs')
