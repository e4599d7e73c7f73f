import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { SuggestionState } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'An activation function to evaluate, leased to one client at a time.',
})
export class Suggestion extends Node {
  @Field(() => String, { description: 'The expression to evaluate.' })
  expression!: string

  @Field(() => SuggestionState, { description: 'How far it is.' })
  state!: string

  @Field(() => String, { nullable: true, description: 'Who evaluates it.' })
  worker!: string | null

  @Field(() => DateTime, { nullable: true, description: 'When the lease ends, or ended.' })
  leaseExpiresAt!: Date | null

  @Field(() => Float, { nullable: true, description: 'What was reported; null before.' })
  validationAccuracy!: number | null
}

export const SuggestionConnection = createConnectionType(() => Suggestion, 'Suggestion', 'suggestions')

@ObjectType({ simpleResolvers: true, description: 'Where a search stood after a completed suggestion.' })
export class SearchStep {
  @Field(() => Int, { description: 'Counts the completed suggestions, from 1.' })
  step!: number

  @Field(() => Suggestion, { description: 'The suggestion that was completed.' })
  suggestion!: Suggestion

  @Field(() => Float, { description: 'The best validation accuracy so far.' })
  bestValidationAccuracy!: number
}
