import { Field, InputType, Int } from 'type-graphql'
import { SurrogateAlgorithm } from '../enums.js'

@InputType({ description: 'What to train.' })
export class TrainActivationInput {
  @Field(() => String, { description: 'The name of a dataset that is trainable.' })
  dataset!: string

  @Field(() => String, { description: 'A finite expression.' })
  expression!: string

  @Field(() => [Int], { nullable: true, description: 'One job a seed; default: one job with seed 0.' })
  seeds?: number[] | null

  @Field(() => String, {
    nullable: true,
    description: 'The same key within a day returns the same jobs and queues nothing new.',
  })
  idempotencyKey?: string | null
}

@InputType({ description: 'Which surrogate to fit anew.' })
export class UpdateSurrogateInput {
  @Field(() => String, { description: 'The name of a dataset.' })
  dataset!: string

  @Field(() => SurrogateAlgorithm, { nullable: true, defaultValue: 'UMAP_KNN', description: 'How it shall predict.' })
  algorithm?: SurrogateAlgorithm | null
}
