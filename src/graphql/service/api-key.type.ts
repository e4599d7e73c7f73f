import { Field, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { Scope } from '../enums.js'
import { Node } from '../relay/node.type.js'

@ObjectType({ simpleResolvers: true, description: 'The client that sent this request, identified by its API key.' })
export class Viewer {
  @Field(() => String, { description: 'The name of the key.' })
  name!: string

  @Field(() => [Scope], { description: 'The scopes of the key: the operations that it allows.' })
  scopes!: string[]
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'An API key of a client. The service does not store its secret.',
})
export class ApiKey extends Node {
  @Field(() => String, { description: 'The name of the key, which tells its purpose.' })
  name!: string

  @Field(() => [Scope], { description: 'The scopes of the key: the operations that it allows.' })
  scopes!: string[]

  @Field(() => DateTime, { description: 'The time when the key was created.' })
  createdAt!: Date

  @Field(() => DateTime, {
    nullable: true,
    description: 'The time when the key was last used, accurate to one minute; null if it was never used.',
  })
  lastUsedAt!: Date | null

  @Field(() => DateTime, { nullable: true, description: 'The time when the key expires; null if it never expires.' })
  expiresAt!: Date | null
}
