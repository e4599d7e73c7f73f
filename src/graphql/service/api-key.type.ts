import { Field, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { Scope } from '../enums.js'
import { Node } from '../relay/node.type.js'

@ObjectType({ simpleResolvers: true, description: 'Who asks, by the key that came with the request.' })
export class Viewer {
  @Field(() => String, { description: 'The name of the key.' })
  name!: string

  @Field(() => [Scope], { description: 'What the key may do.' })
  scopes!: string[]
}

@ObjectType({ implements: Node, simpleResolvers: true, description: "A client's key; its secret is not kept." })
export class ApiKey extends Node {
  @Field(() => String, { description: 'What it is for.' })
  name!: string

  @Field(() => [Scope], { description: 'What it may do.' })
  scopes!: string[]

  @Field(() => DateTime, { description: 'When it was created.' })
  createdAt!: Date

  @Field(() => DateTime, { nullable: true, description: 'When it was last used, to the minute.' })
  lastUsedAt!: Date | null

  @Field(() => DateTime, { nullable: true, description: 'When it ends; null where it does not.' })
  expiresAt!: Date | null
}
