import { Field, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'

@ObjectType({
  simpleResolvers: true,
  description: 'What a client may spend. A budget belongs to a key, or to an address where no key is sent.',
})
export class RateLimit {
  @Field(() => Int, { description: 'Cost units a minute; the largest Int where there is no limit.' })
  limit!: number

  @Field(() => Int, { description: 'What is left after this operation.' })
  remaining!: number

  @Field(() => Int, { description: 'What this operation costs.' })
  cost!: number

  @Field(() => DateTime, { description: 'When all of it can be spent again; it grows evenly until then.' })
  resetAt!: Date
}
