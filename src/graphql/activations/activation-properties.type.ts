import { Field, Float, Int, ObjectType } from 'type-graphql'
import { ActivationProperty } from '../enums.js'

@ObjectType({
  simpleResolvers: true,
  description: `Properties on [-10, 10]; slopes are those that the function tends to far out. Parameters have their initial values.
Single points without a value, such as 0 in x/x, do not count.`,
})
export class ActivationProperties {
  @Field(() => Boolean, { description: 'Whether f(-x) = f(x), as for abs(x). Constants are even.' })
  isEven!: boolean

  @Field(() => Boolean, { description: 'Whether f(-x) = -f(x), as for tanh(x).' })
  isOdd!: boolean

  @Field(() => Boolean, {
    description: `Whether the function never falls or never rises, where it has a value. It may be level: relu(x), step(x) and
constants are monotone.`,
  })
  isMonotone!: boolean

  @Field(() => Boolean, {
    description: `Whether some number is larger than all absolute values on the whole line, not only on [-10, 10]: tanh(x) is
bounded, relu(x) and reciprocal(x) are not.`,
  })
  isBounded!: boolean

  @Field(() => Boolean, {
    description: `Whether its derivative has no jumps: function and derivative are finite and continuous everywhere on [-10, 10].
elu(x) and x*abs(x) are smooth; relu(x), step(x), cbrt(x) and log(x) are not.`,
  })
  isSmooth!: boolean

  @Field(() => Float, { nullable: true, description: 'f(0); null if it is not finite.' })
  valueAtZero!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The derivative at 0; at a kink, its limit from the left. Null if it is not finite.',
  })
  derivativeAtZero!: number | null

  @Field(() => Float, {
    nullable: true,
    description: `Slope of the function far to the left: the limit of its derivative, such as 0 for relu(x). Null if it tends to
none, as for sin(x) and square(x), or if the function has no values there.`,
  })
  leftSlope!: number | null

  @Field(() => Float, {
    nullable: true,
    description: `Slope of the function far to the right: the limit of its derivative, such as 1 for relu(x). Null if it tends to
none, as for exp(x).`,
  })
  rightSlope!: number | null

  @Field(() => Int, {
    description: `Number of sign changes of the derivative on [-10, 10]: 1 for swish(x), 6 for sin(x). Level parts and jumps of the
value do not count. A function that turns hundreds of times may get a smaller number.`,
  })
  turningPoints!: number

  @Field(() => [ActivationProperty], {
    description: `The properties that samples decided, because neither the structure of the expression nor interval arithmetic
proved or refuted them. All others are proven, up to the limits of float64 at kinks.`,
  })
  sampled!: ActivationProperty[]
}
