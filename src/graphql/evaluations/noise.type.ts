import { Field, Float, Int, ObjectType } from 'type-graphql'

@ObjectType({
  simpleResolvers: true,
  description: 'How much a metric of one function differs from seed to seed, pooled over the better half of a dataset.',
})
export class SeedNoise {
  @Field(() => Float, {
    description: "The standard deviation of single runs from their function's mean.",
  })
  standardDeviation!: number

  @Field(() => Int, { description: 'How many evaluations with two runs or more it rests on.' })
  evaluations!: number

  @Field(() => Int, { description: 'How many runs these have.' })
  runs!: number
}

@ObjectType({ simpleResolvers: true, description: 'The places that the noise of seeds leaves open.' })
export class RankInterval {
  @Field(() => Int, { description: 'The rank if the value were better by two standard errors.' })
  best!: number

  @Field(() => Int, { description: 'The rank if it were worse by two standard errors.' })
  worst!: number
}
