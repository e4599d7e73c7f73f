import { Field, Float, Int, ObjectType } from 'type-graphql'
import { Activation } from '../activations/activation.type.js'
import { DateTime } from '../date-time.scalar.js'
import { RunChoice, SearchAlgorithm, SearchEndReason, SearchState } from '../enums.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `A search for better activation functions in one dataset. Clients request suggestions, evaluate them
and report the results; the service can also train the suggestions itself. A search never suggests a
function again after its result was reported, even with another spelling.`,
})
export class Search extends Node {
  @Field(() => String, {
    nullable: true,
    description: 'The name that the client gave the search; null if it gave none.',
  })
  name!: string | null

  @Field(() => Boolean, {
    description: `Whether the search is a benchmark: it suggests only functions that the dataset has evaluated, and
trains nothing.`,
  })
  replay!: boolean

  @Field(() => RunChoice, {
    description: 'What a replay sees of a function when it completes it; MEDIAN in other searches.',
  })
  replayValue!: string

  @Field(() => Int, {
    nullable: true,
    description:
      'With SEED, the seed of the runs that a replay sees; with RANDOM, the seed of the draws. Otherwise null.',
  })
  replaySeed!: number | null

  @Field(() => SearchAlgorithm, { description: 'The method that chooses suggestions.' })
  algorithm!: string

  @Field(() => SearchState, { description: 'The state of the search.' })
  state!: string

  @Field(() => SearchEndReason, { nullable: true, description: 'Why the search ended; null while it is ACTIVE.' })
  endReason!: string | null

  @Field(() => Int, {
    nullable: true,
    description: 'The seed of the random choices. The same seed and the same reports lead to the same suggestions.',
  })
  seed!: number | null

  @Field(() => [String], {
    description: 'Shapes of the expressions that the search may suggest, such as binary(unary(x),unary(x)).',
  })
  schemas!: string[]

  @Field(() => [String], { description: 'Names of the other datasets that the search learns from.' })
  transferFrom!: string[]

  @Field(() => Boolean, { description: 'Whether eight common functions, such as relu(x), come first.' })
  baselines!: boolean

  @Field(() => [Int], {
    description: `Epochs after which ASHA compares functions, ascending. The last one is a whole training. Empty for other
algorithms.`,
  })
  rungs!: number[]

  @Field(() => Int, {
    description: 'Number of suggestions that the search may complete in total; `extendSearch` raises it.',
  })
  budget!: number

  @Field(() => DateTime, { description: 'Time at which the search was created.' })
  createdAt!: Date
}

@ObjectType({
  simpleResolvers: true,
  description: `A function that a search passed over: a f + b (a > 0) of a function that is measured or suggested, which networks
that normalise activations train alike. It counts as evaluated, with the value of its twin.`,
})
export class PassedOver {
  @Field(() => String, { description: 'The expression that the search did not suggest, such as expm1(x).' })
  expression!: string

  @Field(() => Activation, { description: 'The function that stands for it, such as exp(x).' })
  twin!: Activation

  @Field(() => Float, {
    nullable: true,
    description: 'The validation accuracy with which it counts: that of its twin; null until the twin is measured.',
  })
  validationAccuracy!: number | null
}

export const SearchConnection = createConnectionType(() => Search, 'Search', 'searches')
