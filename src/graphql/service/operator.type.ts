import { Field, ObjectType } from 'type-graphql'
import { OperatorArity } from '../enums.js'

@ObjectType({ simpleResolvers: true, description: 'An operator of the expression language, such as `tanh` or `max`.' })
export class Operator {
  @Field(() => String, { description: 'The name of the operator in expressions, such as `tanh`.' })
  name!: string

  @Field(() => OperatorArity, { description: 'The number of operands that the operator takes.' })
  arity!: string

  @Field(() => String, {
    description: 'The definition as a formula in plain text, with the operands `x`, `y` and `z`, or `x1, x2, ...`.',
  })
  definition!: string

  @Field(() => Boolean, { description: 'Whether the operator belongs to the search space of the Act-Bench datasets.' })
  inActBench!: boolean

  @Field(() => [String], {
    description: 'Other names that expressions may use for the operator, such as `silu` for `swish`.',
  })
  aliases!: string[]
}
