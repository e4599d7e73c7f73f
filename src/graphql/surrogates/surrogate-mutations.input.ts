import { Field, Float, InputType } from 'type-graphql'
import { IDEMPOTENCY_KEY } from '../repeated-descriptions.js'

@InputType({ description: "A prediction of a client's own surrogate." })
export class UploadedPredictionInput {
  @Field(() => String, {
    description: 'The expression in any spelling, such as max(x,tanh(x)). Its outputs must be finite.',
  })
  expression!: string

  @Field(() => Float, { description: 'The predicted validation accuracy, from 0 to 1.' })
  mean!: number

  @Field(() => Float, {
    nullable: true,
    description: 'The uncertainty of the prediction, as a standard deviation of at least 0; null if it is not known.',
  })
  standardDeviation?: number | null
}

@InputType({ description: "Predictions of a client's own surrogate, as `rows` or as a `file`." })
export class UploadSurrogateInput {
  @Field(() => String, {
    description: 'The name of the dataset whose validation accuracies are predicted, such as mini-cnn.',
  })
  dataset!: string

  @Field(() => String, { description: 'A name for people, up to 200 characters, such as the method and its version.' })
  name!: string

  @Field(() => [UploadedPredictionInput], {
    nullable: true,
    description: '1 to 1000 predictions. The same function twice needs the same values.',
  })
  rows?: UploadedPredictionInput[] | null

  @Field(() => String, {
    nullable: true,
    description: `The content of a file with 1 to 50000 predictions: CSV with the columns expression, mean and standardDeviation,
or JSON Lines with these fields. It is plain text, or gzip in base64. At most 8 MiB before compression.`,
  })
  file?: string | null

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same surrogate.`,
  })
  idempotencyKey?: string | null
}
