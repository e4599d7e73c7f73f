import { Field, Float, Int, ObjectType } from 'type-graphql'
import { DateTime } from '../date-time.scalar.js'
import { JSONObject } from '../json-object.scalar.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'
import { Measured } from './measured.type.js'

@ObjectType({
  simpleResolvers: true,
  description: 'A learnable parameter of an activation function, such as the slope of `prelu(x)`, after a training.',
})
export class LearnedParameter {
  @Field(() => String, {
    nullable: true,
    description: 'The name of the parameter: `a` for `param(0.25,"a")`. Null if the expression gives it no name.',
  })
  name!: string | null

  @Field(() => Float, { description: 'The value before the training: 0.25 for `param(0.25)`.' })
  initialValue!: number

  @Field(() => [[Float]], {
    description:
      'The values after the training, for each activation of the network from the input to the output: one number for the whole layer, or one for each channel, as the recipe of the dataset says.',
  })
  values!: readonly (readonly number[])[]
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: 'One training of the network from scratch, with one activation function and one seed.',
})
export class Run extends Measured {
  @Field(() => Int, {
    nullable: true,
    description:
      'The seed that decides the initial weights and the order of the training data; null if it is not known.',
  })
  seed!: number | null

  @Field(() => String, {
    nullable: true,
    description:
      'The backend that computed the training, such as `tfjs-node-gpu` or `tfjs-wasm`; null for imported runs.',
  })
  backend!: string | null

  @Field(() => String, {
    nullable: true,
    description: 'The processor or graphics card that computed the training; null if it is not known.',
  })
  device!: string | null

  @Field(() => String, { description: 'The version of the dataset, and so of its recipe, at the time of the run.' })
  datasetVersion!: string

  @Field(() => String, {
    nullable: true,
    description: 'The version of the software that trained the network; null if it is not known.',
  })
  softwareVersion!: string | null

  @Field(() => JSONObject, {
    nullable: true,
    description: 'The JSON object that the client attached to the run; null if it attached none.',
  })
  metadata!: unknown

  @Field(() => [LearnedParameter], {
    nullable: true,
    description:
      'What the training learnt of the parameters of the function, in the order of the trained expression. Null if it has no parameters, if the training diverged, or if the values are not known.',
  })
  learnedParameters!: readonly LearnedParameter[] | null

  @Field(() => String, {
    nullable: true,
    description:
      'Why the training ended early, such as "loss at chance for 10 epochs, ended after epoch 12 of 350"; the metrics are those after that epoch. Null if it trained all epochs, if it diverged, or if it is not known.',
  })
  endReason!: string | null

  @Field(() => DateTime, { description: 'The time when the run was recorded in this service.' })
  createdAt!: Date
}

export const RunConnection = createConnectionType(() => Run, 'Run', 'runs')
