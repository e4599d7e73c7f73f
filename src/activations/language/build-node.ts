import { type Expression, INPUT } from '../expression.js'
import { ExpressionError } from './expression-error.js'
import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_NODES } from './limits.js'

/** An expression with its size, so that each new node can be checked against the limits without a walk over the tree. */
export interface Built {
  readonly expression: Expression
  readonly depth: number
  readonly nodes: number
}

export const BUILT_INPUT: Built = { expression: INPUT, depth: 0, nodes: 1 }

export function buildNumber(value: number): Built {
  return { expression: { kind: 'NUMBER', value }, depth: 0, nodes: 1 }
}

/** An operator applied to operands; throws ExpressionError at `position` if the result is too deep or too large. */
export function buildApplication(operator: string, operands: readonly Built[], position: number): Built {
  let depth = 0
  let nodes = 1
  for (const operand of operands) {
    depth = Math.max(depth, operand.depth)
    nodes += operand.nodes
  }
  if (depth === MAX_EXPRESSION_DEPTH) {
    throw new ExpressionError(position, `at most ${MAX_EXPRESSION_DEPTH} nested operators`)
  }
  if (nodes > MAX_EXPRESSION_NODES) {
    throw new ExpressionError(position, `at most ${MAX_EXPRESSION_NODES} operators and inputs`)
  }
  const expression: Expression = { kind: 'APPLICATION', operator, operands: operands.map((one) => one.expression) }
  return { expression, depth: depth + 1, nodes }
}

/** The negative of a number is a number; the negative of anything else is an application. */
export function buildNegative(operand: Built, position: number): Built {
  const { expression } = operand
  return expression.kind === 'NUMBER'
    ? buildNumber(-expression.value)
    : buildApplication('negative', [operand], position)
}
