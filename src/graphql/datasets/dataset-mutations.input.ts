import { Field, InputType, Int } from 'type-graphql'
import { MetricsInput } from '../searches/search-mutations.input.js'

@InputType({ description: "A dataset of one's own." })
export class CreateDatasetInput {
  @Field(() => String, { description: 'Unique slug: lower-case letters, digits and hyphens.' })
  name!: string

  @Field(() => String, { description: 'Its name for people.' })
  title!: string

  @Field(() => String, { description: 'What is evaluated, and how.' })
  description!: string

  @Field(() => String, { description: 'The network.' })
  architecture!: string

  @Field(() => String, { description: 'What the network learns.' })
  task!: string

  @Field(() => String, { nullable: true, description: 'The licence of the data.' })
  license?: string | null

  @Field(() => String, { nullable: true, description: 'What to cite where the data are used.' })
  citation?: string | null
}

@InputType({ description: "An evaluation for a dataset of one's own." })
export class AddEvaluationInput extends MetricsInput {
  @Field(() => String, { description: 'A dataset of origin REPORTED.' })
  dataset!: string

  @Field(() => String, { description: 'A finite expression.' })
  expression!: string

  @Field(() => Int, { nullable: true, description: 'The seed of the training, where it is known.' })
  seed?: number | null
}
