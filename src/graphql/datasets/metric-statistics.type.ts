import { Field, Float, Int, ObjectType } from 'type-graphql'
import { Metric } from '../enums.js'

@ObjectType({
  simpleResolvers: true,
  description: 'A bin of a histogram: a range of values and the number of values in it.',
})
export class HistogramBin {
  @Field(() => Float, { description: 'The lower end of the bin. A value equal to it belongs to this bin.' })
  from!: number

  @Field(() => Float, {
    description:
      'The upper end of the bin. A value equal to it belongs to the next bin, or to this bin if it is the last one.',
  })
  to!: number

  @Field(() => Int, { description: 'Number of values in the bin.' })
  count!: number
}

@ObjectType({ simpleResolvers: true, description: 'The distribution of a metric over a set of evaluations.' })
export class MetricStatistics {
  @Field(() => Metric, { description: 'The metric that is summarised.' })
  metric!: string

  @Field(() => Int, { description: 'Number of evaluations that have the metric. All other statistics use only these.' })
  count!: number

  @Field(() => Float, { nullable: true, description: 'The smallest value; null without any values.' })
  minimum!: number | null

  @Field(() => Float, { nullable: true, description: 'The greatest value; null without any values.' })
  maximum!: number | null

  @Field(() => Float, { nullable: true, description: 'The arithmetic mean; null without any values.' })
  mean!: number | null

  @Field(() => Float, {
    nullable: true,
    description:
      'The standard deviation of the values (the root of the mean squared distance from the mean); null without any values.',
  })
  standardDeviation!: number | null

  @Field(() => [Float], {
    description:
      'The lower quartile, the median and the upper quartile, linearly interpolated. Empty without any values.',
  })
  quartiles!: number[]

  @Field(() => [HistogramBin], {
    description: 'Bins of equal width from the minimum to the maximum. If these are equal, one bin of width 0.',
  })
  histogram!: HistogramBin[]
}

@ObjectType({
  simpleResolvers: true,
  description: 'A group of evaluations, such as those whose function uses the operator `tanh`, with statistics.',
})
export class MetricGroup {
  @Field(() => String, {
    description:
      'The property that the group shares: the name of an operator, such as `tanh`, or a nesting depth, such as `2`.',
  })
  key!: string

  @Field(() => MetricStatistics, {
    description: 'Statistics over the evaluations of the group. The histogram has 50 bins.',
  })
  statistics!: MetricStatistics
}
