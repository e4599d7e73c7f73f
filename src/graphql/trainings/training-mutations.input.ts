import { Field, InputType, Int } from 'type-graphql'
import { SurrogateAlgorithm } from '../enums.js'
import { JSONObject } from '../json-object.scalar.js'
import { IDEMPOTENCY_KEY, METADATA } from '../repeated-descriptions.js'

@InputType({ description: 'A request to train an activation function.' })
export class TrainActivationInput {
  @Field(() => String, { description: 'The name of a dataset that this service can train, such as mini-cnn.' })
  dataset!: string

  @Field(() => String, { description: 'The expression to train, such as max(x,tanh(x)). Its outputs must be finite.' })
  expression!: string

  @Field(() => [Int], {
    nullable: true,
    description: `1 to 10 different seeds, each from 0 to 2147483647. Each seed gets its own training job. Default:
one job with seed 0.`,
  })
  seeds?: number[] | null

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same jobs and runs.`,
  })
  idempotencyKey?: string | null

  @Field(() => JSONObject, {
    nullable: true,
    description: `${METADATA} The runs of the jobs that are queued now get it. Earlier jobs and runs keep theirs.`,
  })
  metadata?: unknown
}

@InputType({ description: 'A request to fit a surrogate again.' })
export class UpdateSurrogateInput {
  @Field(() => String, { description: 'The name of the dataset whose evaluations the surrogate learns from.' })
  dataset!: string

  @Field(() => SurrogateAlgorithm, {
    nullable: true,
    defaultValue: 'UMAP_KNN',
    description: 'The prediction method of the surrogate.',
  })
  algorithm!: SurrogateAlgorithm

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same surrogate.`,
  })
  idempotencyKey?: string | null
}
