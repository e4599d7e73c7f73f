import { Field, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { SearchAlgorithm, SearchState } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `A search for better activation functions in one dataset: clients ask for
suggestions, evaluate them (themselves, or by training here), and report.
Within one search no function is ever suggested twice, whatever its spelling.`,
})
export class Search extends Node {
  @Field(() => String, { nullable: true, description: 'What its maker calls it.' })
  name!: string | null

  @Field(() => Boolean, { description: 'Whether it replays what the dataset has measured, and nothing is trained.' })
  replay!: boolean

  @Field(() => SearchAlgorithm, { description: 'How suggestions are chosen.' })
  algorithm!: string

  @Field(() => SearchState, { description: 'How far it is.' })
  state!: string

  @Field(() => Int, { description: 'Suggestions that may be completed in all.' })
  budget!: number

  @Field(() => DateTime, { description: 'When it was created.' })
  createdAt!: Date
}

export const SearchConnection = createConnectionType(() => Search, 'Search', 'searches')
