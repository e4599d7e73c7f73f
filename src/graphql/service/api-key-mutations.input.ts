import { Field, InputType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { Scope } from '../enums.js'

@InputType({ description: 'The properties of a new API key.' })
export class CreateApiKeyInput {
  @Field(() => String, {
    description: 'A name that tells the purpose of the key, such as "nightly search"; 1 to 100 characters.',
  })
  name!: string

  @Field(() => [Scope], {
    description: 'The operations that the key allows, such as `[SEARCH, TRAIN]`; at least one scope.',
  })
  scopes!: Scope[]

  @Field(() => DateTime, {
    nullable: true,
    description: 'The time when the key expires, such as "2030-01-31T00:00:00Z". Default: never.',
  })
  expiresAt?: Date | null
}
