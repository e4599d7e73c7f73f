import { Field, Float, InputType, Int } from 'type-graphql'
import { Metric, OrderDirection } from '../enums.js'

@InputType({
  description: 'Conditions on activation functions. A function must meet all given conditions.',
})
export class ActivationFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'The names of operators, such as `relu`, that must all occur in the representative expression.',
  })
  operators?: string[] | null

  @Field(() => [String], {
    nullable: true,
    description: 'The names of operators, such as `relu`, that must not occur in the representative expression.',
  })
  withoutOperators?: string[] | null

  @Field(() => String, {
    nullable: true,
    description:
      'A text that must occur in one of the equivalent expressions, such as `tanh(x)`. Case matters, spaces do not.',
  })
  contains?: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'The maximum nesting depth of the representative expression, from 0: `relu(x)` has depth 1.',
  })
  maxDepth?: number | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: all outputs on the reference samples must be finite. False: at least one must not be finite.',
  })
  isFinite?: boolean | null

  @Field(() => String, {
    nullable: true,
    description: 'The name of a dataset that must contain an evaluation of the function.',
  })
  evaluatedIn?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The name of a dataset that must not contain an evaluation of the function.',
  })
  notEvaluatedIn?: string | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the function must be even: f(-x) = f(x). See ActivationProperties.',
  })
  isEven?: boolean | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the function must be odd: f(-x) = -f(x). See ActivationProperties.',
  })
  isOdd?: boolean | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the function must be monotone: it never falls, or it never rises. See ActivationProperties.',
  })
  isMonotone?: boolean | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the function must be bounded on the whole line. See ActivationProperties.',
  })
  isBounded?: boolean | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the derivative must have no jumps. See ActivationProperties.',
  })
  isSmooth?: boolean | null
}

@InputType({ description: 'A range of numbers. Both bounds belong to the range.' })
export class FloatRange {
  @Field(() => Float, { nullable: true, description: 'The lower bound. Default: no lower bound.' })
  min?: number | null

  @Field(() => Float, { nullable: true, description: 'The upper bound. Default: no upper bound.' })
  max?: number | null
}

@InputType({
  description:
    'Conditions on evaluations. An evaluation must meet all given conditions. A metric that was not measured lies in no range.',
})
export class EvaluationFilter {
  @Field(() => ActivationFilter, { nullable: true, description: 'Conditions on the evaluated activation function.' })
  activation?: ActivationFilter | null

  @Field(() => FloatRange, {
    nullable: true,
    description: 'The range of the training accuracy, as a fraction from 0 to 1.',
  })
  trainAccuracy?: FloatRange | null

  @Field(() => FloatRange, {
    nullable: true,
    description: 'The range of the training loss, a mean cross-entropy in nats.',
  })
  trainLoss?: FloatRange | null

  @Field(() => FloatRange, {
    nullable: true,
    description: 'The range of the validation accuracy, as a fraction from 0 to 1.',
  })
  validationAccuracy?: FloatRange | null

  @Field(() => FloatRange, {
    nullable: true,
    description: 'The range of the validation loss, a mean cross-entropy in nats.',
  })
  validationLoss?: FloatRange | null

  @Field(() => FloatRange, {
    nullable: true,
    description: 'The range of the test accuracy, as a fraction from 0 to 1.',
  })
  testAccuracy?: FloatRange | null

  @Field(() => FloatRange, {
    nullable: true,
    description: 'The range of the test loss, a mean cross-entropy in nats.',
  })
  testLoss?: FloatRange | null

  @Field(() => FloatRange, { nullable: true, description: 'The range of the runtime of one training, in seconds.' })
  runtimeSeconds?: FloatRange | null

  @Field(() => Int, {
    nullable: true,
    description: 'The least number of runs, from 0. Rows of published files have none.',
  })
  minRuns?: number | null
}

@InputType({ description: 'An order of evaluations. Evaluations without the metric come last in both directions.' })
export class EvaluationOrder {
  @Field(() => Metric, { description: 'The metric to sort by.' })
  metric!: Metric

  @Field(() => OrderDirection, { defaultValue: 'DESCENDING', description: 'The direction of the order.' })
  direction!: OrderDirection
}
