import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'

@ObjectType({
  simpleResolvers: true,
  description: `A result of \`actbench verify\`: runs of the dataset that were trained again from scratch and compared. On the backend of
a run every number must be equal to the last bit.`,
})
export class Verification {
  @Field(() => String, { description: 'The version of the dataset whose runs were repeated.' })
  datasetVersion!: string

  @Field(() => DateTime, { description: 'The time when it ended.' })
  createdAt!: Date

  @Field(() => Int, { description: 'The seed that drew the runs.' })
  seed!: number

  @Field(() => Int, { description: 'Number of runs that were trained again.' })
  runs!: number

  @Field(() => Int, { description: 'Number of runs that were equal to the last bit.' })
  identical!: number

  @Field(() => Int, { description: 'Number of runs within the tolerance, on another backend than the stored run.' })
  close!: number

  @Field(() => Int, { description: 'Number of runs that differ.' })
  different!: number

  @Field(() => Int, { description: 'Number of runs that could not be repeated.' })
  failed!: number

  @Field(() => Float, { description: 'How far validation accuracies may differ on another backend.' })
  tolerance!: number

  @Field(() => String, { nullable: true, description: 'The backend that repeated the runs; null if all failed.' })
  backend!: string | null

  @Field(() => String, { nullable: true, description: 'The processor or graphics card that repeated the runs.' })
  device!: string | null

  @Field(() => String, { nullable: true, description: 'The name of the machine; null if it is not known.' })
  host!: string | null

  @Field(() => String, { description: 'The version of the software that repeated the runs.' })
  softwareVersion!: string

  @Field(() => [String], { description: 'The backends that computed the stored runs.' })
  storedBackends!: string[]

  @Field(() => [String], { description: 'The expressions of the runs that differ or failed.' })
  problems!: string[]
}
