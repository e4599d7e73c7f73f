import { Field, Float, InputType, Int } from 'type-graphql'
import { Metric, OrderDirection } from '../enums.js'

@InputType({ description: 'Which activation functions; what is left out matches all.' })
export class ActivationFilter {
  @Field(() => [String], { nullable: true, description: 'Every one of these operators occurs.' })
  operators?: string[] | null

  @Field(() => [String], { nullable: true, description: 'None of these operators occurs.' })
  withoutOperators?: string[] | null

  @Field(() => String, { nullable: true, description: 'A case-sensitive part of an equivalent expression.' })
  contains?: string | null

  @Field(() => Int, { nullable: true, description: 'The representative is nested at most so deep.' })
  maxDepth?: number | null

  @Field(() => Boolean, { nullable: true, description: 'Whether all outputs are finite.' })
  isFinite?: boolean | null

  @Field(() => String, { nullable: true, description: 'Has an evaluation in this dataset.' })
  evaluatedIn?: string | null

  @Field(() => String, { nullable: true, description: 'Has no evaluation in this dataset.' })
  notEvaluatedIn?: string | null
}

@InputType({ description: 'Both bounds are inclusive.' })
export class FloatRange {
  @Field(() => Float, { nullable: true, description: 'The lower bound.' })
  min?: number | null

  @Field(() => Float, { nullable: true, description: 'The upper bound.' })
  max?: number | null
}

@InputType({ description: 'Which evaluations; what is left out matches all. A missing value is in no range.' })
export class EvaluationFilter {
  @Field(() => ActivationFilter, { nullable: true, description: 'What holds of the activation function.' })
  activation?: ActivationFilter | null

  @Field(() => FloatRange, { nullable: true, description: 'Where the training accuracy lies.' })
  trainAccuracy?: FloatRange | null

  @Field(() => FloatRange, { nullable: true, description: 'Where the validation accuracy lies.' })
  validationAccuracy?: FloatRange | null

  @Field(() => FloatRange, { nullable: true, description: 'Where the test accuracy lies.' })
  testAccuracy?: FloatRange | null

  @Field(() => FloatRange, { nullable: true, description: 'Where the runtime lies, in seconds.' })
  runtimeSeconds?: FloatRange | null
}

@InputType({ description: 'An order of evaluations; those without the metric come last.' })
export class EvaluationOrder {
  @Field(() => Metric, { description: 'What they are ordered by.' })
  metric!: Metric

  @Field(() => OrderDirection, { defaultValue: 'DESCENDING', description: 'In which direction.' })
  direction!: OrderDirection
}
