/** The input `x` of an activation function. */
export interface Input {
  readonly kind: 'INPUT'
}

/** An operator applied to operands, whose number fits its arity. */
export interface Application {
  readonly kind: 'APPLICATION'
  readonly operator: string
  readonly operands: readonly Expression[]
}

/** A parsed expression. It is immutable and at most `MAX_EXPRESSION_DEPTH` deep, so functions over it may recurse. */
export type Expression = Input | Application

export const INPUT: Input = Object.freeze({ kind: 'INPUT' })

/** The nesting depth: 0 for x, 1 for relu(x). */
export function depthOf(expression: Expression): number {
  if (expression.kind === 'INPUT') return 0
  let deepest = 0
  for (const operand of expression.operands) deepest = Math.max(deepest, depthOf(operand))
  return deepest + 1
}

/** The number of operators and inputs. */
export function countNodes(expression: Expression): number {
  if (expression.kind === 'INPUT') return 1
  return expression.operands.reduce((count, operand) => count + countNodes(operand), 1)
}

/** The names of the operators in the expression, each once, in the order of their first occurrence in the text. */
export function operatorsOf(expression: Expression): string[] {
  const names = new Set<string>()
  const visit = (node: Expression) => {
    if (node.kind === 'INPUT') return
    names.add(node.operator)
    node.operands.forEach(visit)
  }
  visit(expression)
  return [...names]
}

/** The outermost operator; null for the bare input. */
export function rootOperatorOf(expression: Expression): string | null {
  return expression.kind === 'INPUT' ? null : expression.operator
}

/** The canonical text, without spaces: `max(x,sigmoid(x))`. */
export function formatExpression(expression: Expression): string {
  if (expression.kind === 'INPUT') return 'x'
  return `${expression.operator}(${expression.operands.map(formatExpression).join(',')})`
}
