import { Field, Float, ID, InputType, Int } from 'type-graphql'
import { SearchAlgorithm } from '../enums.js'

@InputType({ description: 'What to search.' })
export class CreateSearchInput {
  @Field(() => String, { description: 'The name of the dataset in which to search.' })
  dataset!: string

  @Field(() => String, { nullable: true, description: 'What to call the search.' })
  name?: string | null

  @Field(() => SearchAlgorithm, {
    nullable: true,
    defaultValue: 'SURROGATE',
    description: 'How suggestions are chosen.',
  })
  algorithm?: SearchAlgorithm | null

  @Field(() => Int, {
    nullable: true,
    defaultValue: 100,
    description: 'Suggestions that may be completed, 1 to 10000.',
  })
  budget?: number | null

  @Field(() => [String], {
    nullable: true,
    description: "Schemas such as binary(unary(x),unary(x)); default: the dataset's search space.",
  })
  schemas?: string[] | null

  @Field(() => Int, { nullable: true, description: 'Makes the order of suggestions repeatable.' })
  seed?: number | null

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: `Benchmark a search method: the candidates are the dataset's evaluated functions, and what is
known of them counts as unknown until this search has completed them. Nothing is trained;
reports carry no metrics, they are taken from the dataset.`,
  })
  replay?: boolean | null
}

@InputType({ description: 'How many suggestions, and for whom.' })
export class SuggestInput {
  @Field(() => ID, { description: 'The id of a search.' })
  searchId!: string

  @Field(() => Int, { nullable: true, defaultValue: 1, description: 'How many, 1 to 100.' })
  count?: number | null

  @Field(() => String, {
    description: 'Who evaluates: the same worker gets its open suggestions back first.',
  })
  worker!: string

  @Field(() => Int, {
    nullable: true,
    defaultValue: 3600,
    description: 'How long the leases last, 1 to 604800 seconds.',
  })
  leaseSeconds?: number | null

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Train each suggestion here and report it when it is done.',
  })
  train?: boolean | null
}

/** The metrics that clients report. No type of the API itself, since nothing takes one. */
@InputType()
export abstract class MetricsInput {
  @Field(() => Float, { nullable: true, description: 'Accuracy on the validation samples, 0 to 1.' })
  validationAccuracy?: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the validation samples, in nats.' })
  validationLoss?: number | null

  @Field(() => Float, { nullable: true, description: 'Accuracy on the training samples, 0 to 1.' })
  trainAccuracy?: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the training samples, in nats.' })
  trainLoss?: number | null

  @Field(() => Float, { nullable: true, description: 'Accuracy on the test samples, 0 to 1.' })
  testAccuracy?: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the test samples, in nats.' })
  testLoss?: number | null

  @Field(() => Float, { nullable: true, description: 'How long the training took, in seconds.' })
  runtimeSeconds?: number | null
}

@InputType({ description: 'What came of a suggestion.' })
export class ReportEvaluationInput extends MetricsInput {
  @Field(() => ID, { description: 'The id of a suggestion that is leased.' })
  suggestionId!: string

  @Field(() => String, {
    nullable: true,
    description: 'Set where the evaluation failed; the metrics are then absent.',
  })
  failure?: string | null
}
