import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { SuggestionState } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `An activation function to evaluate. A search leases each suggestion to one worker at a time.`,
})
export class Suggestion extends Node {
  @Field(() => String, { description: 'The expression to evaluate, such as max(x,tanh(x)).' })
  expression!: string

  @Field(() => SuggestionState, { description: 'The state of the suggestion.' })
  state!: string

  @Field(() => String, {
    nullable: true,
    description: 'The worker that leases the suggestion, as named in the request.',
  })
  worker!: string | null

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time at which the lease ends or ended. After it, the state is EXPIRED unless a result was reported.',
  })
  leaseExpiresAt!: Date | null

  @Field(() => Float, {
    nullable: true,
    description: 'The reported validation accuracy, from 0 to 1; null before a report.',
  })
  validationAccuracy!: number | null
}

export const SuggestionConnection = createConnectionType(() => Suggestion, 'Suggestion', 'suggestions')

@ObjectType({ simpleResolvers: true, description: 'The state of a search after one completed suggestion.' })
export class SearchStep {
  @Field(() => Int, { description: 'Number of this completed suggestion within its search, from 1.' })
  step!: number

  @Field(() => Suggestion, { description: 'The suggestion that was completed.' })
  suggestion!: Suggestion

  @Field(() => Float, { description: 'The best validation accuracy up to this step, from 0 to 1.' })
  bestValidationAccuracy!: number
}
