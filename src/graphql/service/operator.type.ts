import { Field, ObjectType } from 'type-graphql'
import { OperatorArity } from '../enums.js'

@ObjectType({ simpleResolvers: true, description: 'An operator of the expression language.' })
export class Operator {
  @Field(() => String, { description: 'How it is written.' })
  name!: string

  @Field(() => OperatorArity, { description: 'How many operands it takes.' })
  arity!: string

  @Field(() => String, { description: 'Its definition, as a formula in plain text.' })
  definition!: string

  @Field(() => Boolean, { description: 'Whether it belongs to the search space of the Act-Bench datasets.' })
  inActBench!: boolean
}
