import { Field, ID, ObjectType } from 'type-graphql'
import { Search } from './search.type.js'
import { Suggestion } from './suggestion.type.js'

@ObjectType({ simpleResolvers: true, description: 'The result of `createSearch`.' })
export class CreateSearchPayload {
  @Field(() => Search, { description: 'The new search.' })
  search!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `suggest`.' })
export class SuggestPayload {
  @Field(() => [Suggestion], {
    description: `The leased suggestions. The list is shorter than requested, or empty, if the rest of the budget is
used up or leased, or if no function is left. \`search { waitingFor }\` says which.`,
  })
  suggestions!: unknown[]

  @Field(() => Search, { description: 'The search after this request.' })
  search!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `reportEvaluation`.' })
export class ReportEvaluationPayload {
  @Field(() => Suggestion, { description: 'The suggestion after this report.' })
  suggestion!: unknown

  @Field(() => Search, { description: 'The search after this report.' })
  search!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `reportEvaluations`.' })
export class ReportEvaluationsPayload {
  @Field(() => [ReportEvaluationPayload], {
    nullable: 'items',
    description: `The suggestion and the search of each report, in the order of the reports. If a report fails, its item is null
and the response has an error with the path of the item; the other reports are recorded.`,
  })
  reports!: unknown[]
}

@ObjectType({ simpleResolvers: true, description: 'The result of `renewLease`.' })
export class RenewLeasePayload {
  @Field(() => Suggestion, { description: 'The suggestion with its new lease.' })
  suggestion!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `extendSearch`.' })
export class ExtendSearchPayload {
  @Field(() => Search, { description: 'The search with its new budget.' })
  search!: unknown
}

@ObjectType({ simpleResolvers: true, description: 'The result of `deleteSearch`.' })
export class DeleteSearchPayload {
  @Field(() => ID, { description: 'The id of the deleted search.' })
  id!: string
}

@ObjectType({ simpleResolvers: true, description: 'The result of `stopSearch`.' })
export class StopSearchPayload {
  @Field(() => Search, { description: 'The stopped search.' })
  search!: unknown
}
