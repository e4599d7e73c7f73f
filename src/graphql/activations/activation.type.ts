import { Field, Int, ObjectType } from 'type-graphql'
import type { ActivationRow } from '../../db/loaders.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

/** A stored activation, or (with the id null) one that was asked for and is not stored. */
export interface ActivationSource extends Omit<ActivationRow, 'id' | 'operators'> {
  readonly id: number | null
  readonly operators: readonly string[]
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `An activation function: one class of expressions that compute the same function.
Two expressions are equivalent where their outputs agree on the reference samples.`,
})
export class Activation extends Node {
  @Field(() => String, {
    description: 'The representative: the shortest equivalent expression, ties broken alphabetically.',
  })
  expression!: string

  @Field(() => [String], { description: 'The operators of the representative, each once.' })
  operators!: string[]

  @Field(() => Int, { description: 'Nesting depth of the representative: x has 0, relu(x) has 1.' })
  depth!: number

  @Field(() => Boolean, { description: 'Whether all its outputs on the reference samples are finite float32 numbers.' })
  isFinite!: boolean

  @Field(() => Boolean, { description: 'Whether all its outputs on the reference samples are equal.' })
  isConstant!: boolean
}

export const ActivationConnection = createConnectionType(() => Activation, 'Activation', 'activation functions')
export const ExpressionConnection = createConnectionType(() => String, 'Expression', 'expressions')
