import { Field, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { ErrorCode } from '../enums.js'
import { Node } from '../relay/node.type.js'

@ObjectType({ implements: Node, simpleResolvers: true, description: 'A process that trains.' })
export class Worker extends Node {
  @Field(() => String, { description: 'The machine that it runs on.' })
  host!: string

  @Field(() => String, { description: 'How it computes, such as tfjs-wasm.' })
  backend!: string

  @Field(() => String, { description: 'What it computes on.' })
  device!: string

  @Field(() => [String], { description: 'Names of the datasets that it can train.' })
  datasets!: string[]

  @Field(() => DateTime, { description: 'When it started.' })
  startedAt!: Date

  @Field(() => DateTime, { description: 'When it last said that it lives.' })
  lastSeenAt!: Date
}

@ObjectType({ simpleResolvers: true, description: 'This service itself.' })
export class ServiceInfo {
  @Field(() => String, { description: 'Its name.' })
  name!: string

  @Field(() => String, { description: 'The version of its software.' })
  version!: string

  @Field(() => [ErrorCode], { description: 'Every code that an error of this service can carry.' })
  errorCodes!: string[]
}
