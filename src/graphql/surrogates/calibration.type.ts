import { Field, Float, Int, ObjectType } from 'type-graphql'

@ObjectType({
  simpleResolvers: true,
  description: `How far off the predictions of some functions are that were measured at the time of the fit. The prediction of a
function does not use its own measurement.`,
})
export class CalibrationPart {
  @Field(() => String, {
    nullable: true,
    description:
      'The operator that all functions of this part contain; null if parts differ by the height of the predictions.',
  })
  operator!: string | null

  @Field(() => Int, { description: 'Number of functions.' })
  functions!: number

  @Field(() => Float, { description: 'The lowest predicted validation accuracy, as a fraction such as 0.92.' })
  lowestPrediction!: number

  @Field(() => Float, { description: 'The highest predicted validation accuracy.' })
  highestPrediction!: number

  @Field(() => Float, { description: 'The mean of the predicted validation accuracies.' })
  meanPrediction!: number

  @Field(() => Float, { description: 'The mean of the measured validation accuracies.' })
  meanMeasured!: number

  @Field(() => [Float], {
    description: 'The values that 25%, 50% and 75% of the measured validation accuracies do not exceed.',
  })
  measuredQuartiles!: number[]

  @Field(() => Float, {
    description: 'The mean of predicted minus measured accuracy: positive if predictions are too high.',
  })
  bias!: number

  @Field(() => Float, { description: 'The mean absolute difference between predicted and measured accuracy.' })
  meanAbsoluteError!: number

  @Field(() => Float, {
    nullable: true,
    description: `Share of the measurements that are within 1.645 standard deviations of their prediction, from 0 to 1; 0.9 is
ideal. Null if the surrogate does not estimate its uncertainty.`,
  })
  intervalCoverage!: number | null
}
