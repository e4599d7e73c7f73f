import { Field, ObjectType } from 'type-graphql'
import type { ActivationRow, EvaluationRow } from '../../db/loaders.js'
import { DateTime } from '../date-time.scalar.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'
import { Measured } from './measured.type.js'

/** An evaluation, where it comes from a page together with its activation. */
export type EvaluationSource = EvaluationRow & { readonly activation?: ActivationRow }

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `The measured performance of one activation function in one dataset.
The metrics are medians over the runs.`,
})
export class Evaluation extends Measured {
  @Field(() => String, { description: "The expression that was evaluated: one of the activation's equivalents." })
  expression!: string

  @Field(() => DateTime, { description: 'When it was first recorded here.' })
  createdAt!: Date
}

export const EvaluationConnection = createConnectionType(() => Evaluation, 'Evaluation', 'evaluations')
