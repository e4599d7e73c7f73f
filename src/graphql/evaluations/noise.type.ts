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
  description: 'The range of plausible ranks of an evaluation, given that results differ from seed to seed.',
})
export class RankInterval {
  @Field(() => Int, {
    description: 'The rank that the evaluation would have if its value were better by two standard errors.',
  })
  best!: number

  @Field(() => Int, {
    description: 'The rank that the evaluation would have if its value were worse by two standard errors.',
  })
  worst!: number
}
