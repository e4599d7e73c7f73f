import { Field, Float, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { ErrorCode } from '../enums.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'A process that trains networks for this service.',
})
export class Worker extends Node {
  @Field(() => String, { description: 'The backend that computes trainings, such as `tfjs-wasm`.' })
  backend!: string

  @Field(() => String, { description: 'The processor or graphics card that computes trainings.' })
  device!: string

  @Field(() => [String], {
    description: 'The names of the datasets for which the worker can train, such as `mini-cnn`.',
  })
  datasets!: string[]

  @Field(() => DateTime, { description: 'The time when the worker started.' })
  startedAt!: Date

  @Field(() => DateTime, {
    description: 'The time of the last sign of life. A worker sends one regularly while it runs.',
  })
  lastSeenAt!: Date

  @Field(() => Float, {
    nullable: true,
    description: 'The resident memory of the worker, in bytes, at its last report; null before its first.',
  })
  memoryBytes!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Pictures a second in the last epoch of the present training; null while none has ended an epoch.',
  })
  imagesPerSecond!: number | null

  @Field(() => String, {
    nullable: true,
    description:
      'The kind of task that the worker ran at its last report, such as `train_activation`; null if it was idle.',
  })
  task!: string | null

  @Field(() => DateTime, {
    nullable: true,
    description: 'The time when the worker began this task; null if it was idle.',
  })
  taskSince!: Date | null
}

@ObjectType({ simpleResolvers: true, description: 'Information about this service.' })
export class ServiceInfo {
  @Field(() => String, { description: 'The name of the service: `actbench`.' })
  name!: string

  @Field(() => String, { description: 'The version of the software that the service runs.' })
  version!: string

  @Field(() => [ErrorCode], { description: 'All codes that `extensions.code` of an error can have.' })
  errorCodes!: string[]
}
