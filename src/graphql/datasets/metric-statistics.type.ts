import { Field, Float, Int, ObjectType } from 'type-graphql'
import { Metric } from '../enums.js'

@ObjectType({ simpleResolvers: true, description: 'A bin of a histogram.' })
export class HistogramBin {
  @Field(() => Float, { description: 'Its lower end, which belongs to it.' })
  from!: number

  @Field(() => Float, { description: 'Its upper end, which belongs to the next bin; the last bin holds it itself.' })
  to!: number

  @Field(() => Int, { description: 'How many values are in it.' })
  count!: number
}

@ObjectType({ simpleResolvers: true, description: 'What the values of a metric look like.' })
export class MetricStatistics {
  @Field(() => Metric, { description: 'The metric.' })
  metric!: string

  @Field(() => Int, { description: 'How many evaluations have the metric.' })
  count!: number

  @Field(() => Float, { nullable: true, description: 'The smallest value.' })
  minimum!: number | null

  @Field(() => Float, { nullable: true, description: 'The greatest value.' })
  maximum!: number | null

  @Field(() => Float, { nullable: true, description: 'The arithmetic mean.' })
  mean!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The standard deviation of these values: the root of their mean squared distance from the mean.',
  })
  standardDeviation!: number | null

  @Field(() => [Float], {
    description: 'Lower quartile, median and upper quartile, linearly interpolated; empty where there is no value.',
  })
  quartiles!: number[]

  @Field(() => [HistogramBin], {
    description: 'Bins of equal width from minimum to maximum; one bin of width 0 where these are equal.',
  })
  histogram!: HistogramBin[]
}

@ObjectType({ simpleResolvers: true, description: 'The evaluations that have something in common.' })
export class MetricGroup {
  @Field(() => String, { description: 'What they have in common: the name of an operator, or a depth.' })
  key!: string

  @Field(() => MetricStatistics, { description: 'Their statistics; the histogram has 50 bins.' })
  statistics!: MetricStatistics
}
