import { Field, Float, Int, ObjectType } from 'type-graphql'
import { ComparisonVerdict, Metric } from '../enums.js'

@ObjectType({
  simpleResolvers: true,
  description:
    'How much a metric of one function differs from seed to seed, pooled over the better half of a dataset. Smaller differences between functions may be chance.',
})
export class SeedNoise {
  @Field(() => Float, {
    description: 'The standard deviation of individual runs from the mean of their function, in units of the metric.',
  })
  standardDeviation!: number

  @Field(() => Int, { description: 'Number of evaluations in the estimate. Each has at least two runs.' })
  evaluations!: number

  @Field(() => Int, { description: 'Total number of runs of these evaluations.' })
  runs!: number
}

@ObjectType({
  simpleResolvers: true,
  description:
    'The ranks that are plausible for an evaluation, given that results differ from seed to seed: the true rank lies within in about 95 of 100 cases.',
})
export class RankInterval {
  @Field(() => Int, { description: 'The best plausible rank.' })
  best!: number

  @Field(() => Int, { description: 'The worst plausible rank.' })
  worst!: number
}

@ObjectType({
  simpleResolvers: true,
  description: 'Whether one evaluation is better than another one of the same dataset beyond the noise of the runs.',
})
export class EvaluationComparison {
  @Field(() => Metric, { description: 'The metric that is compared.' })
  metric!: Metric

  @Field(() => Float, {
    description:
      "This evaluation's metric minus the other's: the mean over common seeds if there are two or more, otherwise between the medians.",
  })
  difference!: number

  @Field(() => Float, {
    nullable: true,
    description: 'The standard error of the difference; null if nothing is known of the noise.',
  })
  standardError!: number | null

  @Field(() => Float, {
    nullable: true,
    description:
      "Degrees of freedom of Student's distribution, for an interval of the difference; null if nothing is known of the noise.",
  })
  degreesOfFreedom!: number | null

  @Field(() => Float, {
    nullable: true,
    description:
      'The probability of a difference of this size in either direction between equal functions; null if there is nothing to estimate the noise from.',
  })
  pValue!: number | null

  @Field(() => Int, { description: 'Number of seeds with which both functions were trained.' })
  commonSeeds!: number

  @Field(() => ComparisonVerdict, {
    description: 'The result at the 5% level, for these two functions only. See `adjustedPValue` for many comparisons.',
  })
  verdict!: keyof typeof ComparisonVerdict
}

@ObjectType({
  simpleResolvers: true,
  description:
    'An estimate of the validation accuracy that infinitely many runs would give: between the measurement and the prediction of the surrogate, weighed by how sure each is.',
})
export class ShrunkEstimate {
  @Field(() => Float, { nullable: true, description: 'The estimate; null if `reason` says why there is none.' })
  value!: number | null

  @Field(() => Float, { nullable: true, description: 'The lower end of its 95% interval.' })
  lowest!: number | null

  @Field(() => Float, { nullable: true, description: 'The upper end of its 95% interval.' })
  highest!: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'The share of the measurement in the estimate, from 0 to 1; the rest is the prediction.',
  })
  weight!: number | null

  @Field(() => String, { nullable: true, description: 'Why there is no estimate; null if there is one.' })
  reason!: string | null
}
