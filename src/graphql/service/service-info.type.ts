import { Field, ObjectType } from 'type-graphql'
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
