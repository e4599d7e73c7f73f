import { Field, Int, ObjectType } from 'type-graphql'
import { createConnectionType } from '../relay/connection.js'

@ObjectType({
  simpleResolvers: true,
  description: 'An activation function of the literature, such as SiLU.',
})
export class KnownFunction {
  @Field(() => String, { description: 'Its usual name, such as SiLU.' })
  name!: string

  @Field(() => [String], { description: 'Other names in the literature and in frameworks, such as swish.' })
  aliases!: readonly string[]

  @Field(() => String, {
    description:
      'Its formula. Learnable parameters have the initial values of the paper, or 1 if the paper names none.',
  })
  expression!: string

  @Field(() => Int, { nullable: true, description: 'The year of the paper that introduced it; null if it is unclear.' })
  year!: number | null

  @Field(() => String, {
    nullable: true,
    description:
      'The paper that introduced it: a DOI, or an arXiv number such as `arXiv:1908.08681`. Null if it is unclear or has neither.',
  })
  reference!: string | null
}

export const KnownFunctionConnection = createConnectionType(
  () => KnownFunction,
  'KnownFunction',
  'functions of the literature',
)
