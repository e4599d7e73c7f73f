import { Field, Int, ObjectType } from 'type-graphql'
import type { ActivationRow, EvaluationRow } from '../../db/loaders.js'
import { DateTime } from '../date-time.scalar.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'
import { Measured } from './measured.type.js'

/** An evaluation. It includes its activation if a page loaded both together. */
export type EvaluationSource = EvaluationRow & { readonly activation?: ActivationRow }

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `The measured performance of one activation function in one dataset.
Its metrics are medians over its runs; a metric that was not measured is null.`,
})
export class Evaluation extends Measured {
  @Field(() => String, {
    description:
      "The expression that was evaluated, such as `max(x,tanh(x))`. It is one of the activation's equivalents.",
  })
  expression!: string

  @Field(() => Int, { description: 'Number of its runs; 0 for a row of a published file.' })
  runCount!: number

  @Field(() => DateTime, { description: 'The time when the evaluation was first recorded in this service.' })
  createdAt!: Date
}

export const EvaluationConnection = createConnectionType(() => Evaluation, 'Evaluation', 'evaluations')
