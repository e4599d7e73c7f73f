import { Field, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'

@ObjectType({
  simpleResolvers: true,
  description:
    'The budget of the client, in cost units: about one unit per row with a few fields. Each API key has its own budget; clients without a key share the budget of their address.',
})
export class RateLimit {
  @Field(() => Int, { description: 'The budget per minute, in cost units; 2147483647 if the client has no limit.' })
  limit!: number

  @Field(() => Int, { description: 'The cost units that are left after this operation.' })
  remaining!: number

  @Field(() => Int, { description: 'The cost of this operation, in cost units.' })
  cost!: number

  @Field(() => DateTime, {
    description: 'The time when the whole budget is available again. Until then, it grows at a constant rate.',
  })
  resetAt!: Date
}
