import { Field, ObjectType } from 'type-graphql'
import { Search } from './search.type.js'
import { Suggestion } from './suggestion.type.js'

@ObjectType({ simpleResolvers: true, description: 'What became of a request to create a search.' })
export class CreateSearchPayload {
  @Field(() => Search, { description: 'The new search.' })
  search!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'What became of a request for suggestions.' })
export class SuggestPayload {
  @Field(() => [Suggestion], {
    description: 'Fewer than asked for, or none, where the budget is used up or leased out.',
  })
  suggestions!: unknown[]

  @Field(() => Search, { description: 'The search after it.' })
  search!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'What became of a report.' })
export class ReportEvaluationPayload {
  @Field(() => Suggestion, { description: 'The suggestion after it.' })
  suggestion!: unknown

  @Field(() => Search, { description: 'The search after it.' })
  search!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'What became of a request for more time.' })
export class RenewLeasePayload {
  @Field(() => Suggestion, { description: 'The suggestion with its new lease.' })
  suggestion!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'What became of a request to stop.' })
export class StopSearchPayload {
  @Field(() => Search, { description: 'The stopped search.' })
  search!: unknown
}
