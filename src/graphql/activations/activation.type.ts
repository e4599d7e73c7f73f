import { Field, Int, ObjectType } from 'type-graphql'
import type { ActivationRow } from '../../db/loaders.js'
import { createConnectionType } from '../relay/connection.js'
import { Node } from '../relay/node.type.js'

/** An activation. Its id is null if a client asked for it and the database does not store it. */
export interface ActivationSource extends Omit<ActivationRow, 'id' | 'operators'> {
  readonly id: number | null
  readonly operators: readonly string[]
  /** The spelling under which it was reached, in canonical form; undefined if that is its representative. */
  readonly spelling?: string
}

@ObjectType({
  implements: Node,
  simpleResolvers: true,
  description: `An activation function, such as \`max(x,tanh(x))\`, with all expressions that compute it.
Two expressions are equivalent if their rounded outputs are equal on the 1,000 reference samples and on a fixed grid from -10
to 10, and if their learnable parameters start at the same values and change these outputs in the same way.`,
})
export class Activation extends Node {
  @Field(() => String, {
    description:
      'The representative: the shortest equivalent expression; between equally short ones, the first in alphabetical order.',
  })
  expression!: string

  @Field(() => [String], { description: 'The names of the operators in the representative, each once.' })
  operators!: string[]

  @Field(() => Int, { description: 'Nesting depth of the representative: `x` has depth 0, `relu(x)` has depth 1.' })
  depth!: number

  @Field(() => Boolean, { description: 'Whether all outputs on the reference samples are finite float32 numbers.' })
  isFinite!: boolean

  @Field(() => Boolean, {
    description:
      'Whether the function is finite and all its outputs, on the reference samples and on the grid, are equal.',
  })
  isConstant!: boolean
}

export const ActivationConnection = createConnectionType(() => Activation, 'Activation', 'activation functions')
export const ExpressionConnection = createConnectionType(() => String, 'Expression', 'expressions')
