import { Field, Float, ID, InputType, Int } from 'type-graphql'
import { WHOLE_TRAINING_EPOCHS } from '../../limits.js'
import { RunChoice, SearchAlgorithm } from '../enums.js'
import { JSONObject } from '../json-object.scalar.js'
import { IDEMPOTENCY_KEY } from '../repeated-descriptions.js'

@InputType({ description: 'The settings of a new search.' })
export class CreateSearchInput {
  @Field(() => String, { description: 'The name of the dataset to search, such as act-bench-cnn.' })
  dataset!: string

  @Field(() => String, { nullable: true, description: 'A name for people, up to 200 characters.' })
  name?: string | null

  @Field(() => SearchAlgorithm, {
    nullable: true,
    defaultValue: 'SURROGATE',
    description: 'The method that chooses suggestions.',
  })
  algorithm!: SearchAlgorithm

  @Field(() => Int, {
    nullable: true,
    defaultValue: 100,
    description: 'Number of suggestions that the search may complete, from 1 to 10000.',
  })
  budget!: number

  @Field(() => [String], {
    nullable: true,
    description: `Shapes of the expressions that the search may suggest, such as binary(unary(x),unary(x)). Default:
the dataset's search space.`,
  })
  schemas?: string[] | null

  @Field(() => Int, {
    nullable: true,
    description: `The seed of the random choices, any 32-bit integer. The same seed and the same reports lead to
the same suggestions. Default: a random seed.`,
  })
  seed?: number | null

  @Field(() => [String], {
    nullable: true,
    description: `Names of other datasets that the search learns from as well, such as one of another network; at most 16.
An empty list: none. Only SURROGATE and EXPECTED_IMPROVEMENT do. Default: the datasets that measured at least 300
of the functions to search, unless the searched dataset measured that many itself. These are the datasets
with the same task; if there are none, those with other tasks. Results of the search that contradict
them count more than they do.`,
  })
  transferFrom?: string[] | null

  @Field(() => Boolean, {
    nullable: true,
    description: `Whether eight common functions, such as relu(x), come first, as in the paper. RANDOM never starts with them.
Default: if the search learns from no other dataset and its own measured less than 300 functions.`,
  })
  baselines?: boolean | null

  @Field(() => ID, {
    nullable: true,
    description: `The id of an UPLOADED surrogate of the dataset. The search then suggests only functions that it predicts: SURROGATE
the highest prediction, EXPECTED_IMPROVEMENT the greatest expected improvement. Predictions stay as they were uploaded. The search
learns from no other dataset, and starts with the baselines only if \`baselines\` is true.`,
  })
  surrogate?: string | null

  @Field(() => Int, {
    nullable: true,
    description: `Only with ASHA: the epochs of a whole training, from ${WHOLE_TRAINING_EPOCHS.least} to ${WHOLE_TRAINING_EPOCHS.most}. Default: those of the recipe of the dataset, if
this service has one.`,
  })
  epochs?: number | null

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: `Whether to benchmark the search method on known results. The search then suggests only functions
that the dataset has evaluated, and treats each result as unknown until it completes that function.
Nothing is trained. Reports must not contain metrics, because the service takes them from the
dataset.`,
  })
  replay!: boolean

  @Field(() => RunChoice, {
    nullable: true,
    defaultValue: 'MEDIAN',
    description: `What a replay sees of a function. Searches that see medians look better than searches whose functions are trained
once: RANDOM shows one run of each function. BEST shows the run with the highest validation accuracy. A function without such
a run shows its median.`,
  })
  replayValue!: RunChoice

  @Field(() => Int, {
    nullable: true,
    description: `With SEED, the seed of the runs, which at least one run must have. With RANDOM, the seed of the draws. Default: the
seed of the search, with RANDOM.`,
  })
  replaySeed?: number | null

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same search.`,
  })
  idempotencyKey?: string | null
}

@InputType({ description: 'A request for suggestions.' })
export class SuggestInput {
  @Field(() => ID, { description: 'The id of the search.' })
  searchId!: string

  @Field(() => Int, { nullable: true, defaultValue: 1, description: 'Number of suggestions to return, from 1 to 100.' })
  count!: number

  @Field(() => String, {
    description: `A name of up to 200 characters for the process that evaluates the suggestions, such as gpu-3. A
worker that asks again first gets the suggestions that it still leases, with extended leases.`,
  })
  worker!: string

  @Field(() => Int, {
    nullable: true,
    defaultValue: 3600,
    description: 'Length of the leases in seconds, from 1 to 604800 (one week).',
  })
  leaseSeconds!: number

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: `Whether this service trains each suggestion and reports the result itself. Also needs the scope
TRAIN.`,
  })
  train!: boolean
}

/** The metrics that clients report. Other inputs extend this class; the API has no type of this name. */
@InputType()
export abstract class MetricsInput {
  @Field(() => Float, {
    nullable: true,
    description: 'Share of the validation samples that are classified correctly, from 0 to 1.',
  })
  validationAccuracy?: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the validation samples, in nats.' })
  validationLoss?: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the training samples that are classified correctly, from 0 to 1.',
  })
  trainAccuracy?: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the training samples, in nats.' })
  trainLoss?: number | null

  @Field(() => Float, {
    nullable: true,
    description: 'Share of the test samples that are classified correctly, from 0 to 1.',
  })
  testAccuracy?: number | null

  @Field(() => Float, { nullable: true, description: 'Mean cross-entropy of the test samples, in nats.' })
  testLoss?: number | null

  @Field(() => Float, { nullable: true, description: 'Duration of the training, in seconds.' })
  runtimeSeconds?: number | null
}

@InputType({ description: 'The result of a suggestion: its metrics, or the reason why the evaluation failed.' })
export class ReportEvaluationInput extends MetricsInput {
  @Field(() => ID, { description: 'The id of a leased suggestion.' })
  suggestionId!: string

  @Field(() => String, {
    nullable: true,
    description: 'Why the evaluation failed. If this is set, leave the metrics out.',
  })
  failure?: string | null

  @Field(() => JSONObject, {
    nullable: true,
    description: `A JSON object of at most 8 kB that the service stores and returns, such as {"learningRate": 0.1}. If the
report becomes a run of the dataset, everybody can read it.`,
  })
  metadata?: unknown

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} The second request returns the same suggestion.`,
  })
  idempotencyKey?: string | null
}

@InputType({ description: 'The results of several suggestions.' })
export class ReportEvaluationsInput {
  @Field(() => [ReportEvaluationInput], { description: '1 to 100 results, of any searches of the client.' })
  reports!: ReportEvaluationInput[]

  @Field(() => String, {
    nullable: true,
    description: `${IDEMPOTENCY_KEY} It counts for every report that has no key of its own. A repetition records the reports
that are missing.`,
  })
  idempotencyKey?: string | null
}
