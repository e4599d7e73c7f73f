import { Field, Int, ObjectType } from 'type-graphql'

@ObjectType({ simpleResolvers: true, description: 'One way to continue an expression that is being typed.' })
export class CompletionSuggestion {
  @Field(() => String, { description: 'The whole text after this suggestion is taken.' })
  text!: string

  @Field(() => String, { description: 'What to show in a list, such as `sigmoid` or `alpha=1`.' })
  label!: string

  @Field(() => String, { description: 'What the suggestion means: a formula, or a few words.' })
  detail!: string
}

@ObjectType({
  simpleResolvers: true,
  description: 'What may stand at a position of an expression that is being typed.',
})
export class Completion {
  @Field(() => String, {
    nullable: true,
    description: 'The canonical text, if the text is an expression already; else null.',
  })
  expression!: string | null

  @Field(() => String, { nullable: true, description: 'What is wrong with the text; null if it is an expression.' })
  problem!: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'Where the problem is, in UTF-16 code units from the start of the text; null if there is none.',
  })
  position!: number | null

  @Field(() => [CompletionSuggestion], {
    description: `Up to 20 suggestions, the likeliest first. With each of them the text is an expression, or its problem is further
to the right.`,
  })
  suggestions!: readonly CompletionSuggestion[]
}
