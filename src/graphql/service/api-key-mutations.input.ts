import { Field, InputType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { Scope } from '../enums.js'

@InputType({ description: 'A new key.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What it is for; 1 to 100 characters.' })
  name!: string

  @Field(() => [Scope], { description: 'What it may do; at least one.' })
  scopes!: Scope[]

  @Field(() => DateTime, { nullable: true, description: 'When it ends; default: never.' })
  expiresAt?: Date | null
}
