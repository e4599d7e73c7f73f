import { Field, InputType, Int } from 'type-graphql'
import { JSONObject } from '../json-object.scalar.js'
import { IDEMPOTENCY_KEY, METADATA } from '../repeated-descriptions.js'
import { MetricsInput } from '../searches/search-mutations.input.js'

@InputType({ description: "The properties of a new dataset, which will belong to the client's key." })
export class CreateDatasetInput {
  @Field(() => String, {
    description: 'Unique name of 1 to 64 lower-case letters, digits and inner hyphens, such as `my-resnet-runs`.',
  })
  name!: string

  @Field(() => String, { description: 'A title for people, of at most 200 characters, such as "My ResNet runs".' })
  title!: string

  @Field(() => String, { description: 'A text that explains what is evaluated and how; at most 10,000 characters.' })
  description!: string

  @Field(() => String, {
    description: 'The network that is trained with each function, such as "ResNet-56"; at most 200 characters.',
  })
  architecture!: string

  @Field(() => String, { description: 'The task that the network learns, such as "CIFAR-10"; at most 200 characters.' })
  task!: string

  @Field(() => String, {
    nullable: true,
    description: 'The licence of the data, such as "CC BY 4.0"; at most 200 characters.',
  })
  license?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The reference that users of the data are asked to cite; at most 10,000 characters.',
  })
  citation?: string | null

  @Field(() => [String], {
    nullable: true,
    description: `The schemas of the functions that searches explore by default, such as \`binary(unary(x),unary(x))\`: 1 to 20.
Default: \`unary(unary(x))\` and \`binary(unary(x),unary(x))\`, as in Act-Bench.`,
  })
  searchSpace?: string[] | null

  @Field(() => String, {
    nullable: true,
    description: `How each function is trained, for people: optimiser, schedule, epochs, augmentation; at most 20,000
characters.`,
  })
  recipeDescription?: string | null

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same dataset.`,
  })
  idempotencyKey?: string | null
}

@InputType({
  description: 'New properties of a dataset. A property that is missing or null stays as it is.',
})
export class UpdateDatasetInput {
  @Field(() => String, { description: "The name of a dataset that belongs to the client's key. Names never change." })
  dataset!: string

  @Field(() => String, { nullable: true, description: 'The new title, of at most 200 characters.' })
  title?: string | null

  @Field(() => String, { nullable: true, description: 'The new description, of at most 10,000 characters.' })
  description?: string | null

  @Field(() => String, { nullable: true, description: 'The new name of the network, of at most 200 characters.' })
  architecture?: string | null

  @Field(() => String, { nullable: true, description: 'The new name of the task, of at most 200 characters.' })
  task?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The new licence, of at most 200 characters. An empty text removes it.',
  })
  license?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The new citation, of at most 10,000 characters. An empty text removes it.',
  })
  citation?: string | null

  @Field(() => [String], {
    nullable: true,
    description: `The new search space, 1 to 20 schemas such as \`binary(unary(x),unary(x))\`. Searches keep the schemas with
which they began; later searches use the new ones.`,
  })
  searchSpace?: string[] | null

  @Field(() => String, {
    nullable: true,
    description: 'The new description of the recipe, of at most 20,000 characters. An empty text removes it.',
  })
  recipeDescription?: string | null

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same dataset, in its present state.`,
  })
  idempotencyKey?: string | null
}

/** A run that a client measured. Other inputs extend this class; the API has no type of this name. */
@InputType()
abstract class MeasuredRunInput extends MetricsInput {
  @Field(() => String, {
    description:
      'The evaluated expression, such as `max(x,tanh(x))`. Its outputs on the reference samples must be finite.',
  })
  expression!: string

  @Field(() => Int, { nullable: true, description: 'The seed of the training, from 0 to 2147483647, if it is known.' })
  seed?: number | null

  @Field(() => JSONObject, { nullable: true, description: `${METADATA} It is the \`metadata\` of the run.` })
  metadata?: unknown
}

@InputType({
  description:
    "The metrics of one training run, for a dataset that belongs to the client's key. At least one metric is required.",
})
export class AddEvaluationInput extends MeasuredRunInput {
  @Field(() => String, { description: "The name of a dataset of origin REPORTED that belongs to the client's key." })
  dataset!: string

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same evaluation, in its present state.`,
  })
  idempotencyKey?: string | null
}

@InputType({ description: 'The metrics of one training run. At least one metric is required.' })
export class EvaluationRowInput extends MeasuredRunInput {}

@InputType({ description: "Training runs for a dataset that belongs to the client's key." })
export class AddEvaluationsInput {
  @Field(() => String, { description: "The name of a dataset of origin REPORTED that belongs to the client's key." })
  dataset!: string

  @Field(() => [EvaluationRowInput], {
    description: `1 to 1000 runs. All of them are added, or none. The error of a row names it, such as
\`rows[3].expression\`.`,
  })
  rows!: EvaluationRowInput[]

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same evaluations, in their present state.`,
  })
  idempotencyKey?: string | null
}
