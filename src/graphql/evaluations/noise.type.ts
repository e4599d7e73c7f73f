import { Field, Float, Int, ObjectType } from 'type-graphql'

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
