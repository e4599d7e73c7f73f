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

  @Field(() => DateTime, {
    nullable: true,
    description: `Time at which the lease ends or ended. After it, the state is EXPIRED unless a result was reported. A late
report is accepted while no other worker has the function.`,
  })
  leaseExpiresAt!: Date | null

  @Field(() => Float, {
    nullable: true,
    description: 'The reported training accuracy, from 0 to 1; null if it was not reported.',
  })
  trainAccuracy!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The reported training loss in nats; null if it was not reported.',
  })
  trainLoss!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The reported validation accuracy, from 0 to 1; null before a report.',
  })
  validationAccuracy!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The reported validation loss in nats; null if it was not reported.',
  })
  validationLoss!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The reported test accuracy, from 0 to 1; null if it was not reported.',
  })
  testAccuracy!: number | null

  @Field(() => Float, { nullable: true, description: 'The reported test loss in nats; null if it was not reported.' })
  testLoss!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The reported duration of the training in seconds; null if it was not reported.',
  })
  runtimeSeconds!: number | null
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
