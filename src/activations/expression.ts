/** The input `x` of an activation function. */
export interface Input {
  readonly kind: 'INPUT'
}

/** An operator applied to operands: as many as its arity says. */
export interface Application {
  readonly kind: 'APPLICATION'
  readonly operator: string
  readonly operands: readonly Expression[]
}

/** A parsed expression: immutable, at most `MAX_DEPTH` deep, so that functions over it may recurse. */
export type Expression = Input | Application

export const INPUT: Input = Object.freeze({ kind: 'INPUT' })

/** Nesting depth: x has 0, relu(x) has 1. */
export function depthOf(expression: Expression): number {
  if (expression.kind === 'INPUT') return 0
  let deepest = 0
  for (const operand of expression.operands) deepest = Math.max(deepest, depthOf(operand))
  return deepest + 1
}

/** Operators and inputs together. */
export function countOperators(expression: Expression): number {
  if (expression.kind === 'INPUT') return 1
  return expression.operands.reduce((count, operand) => count + countOperators(operand), 1)
}

/** The names of the operators that occur, each once, in the order in which they first occur in the text. */
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

/** The canonical text: no spaces, as in `max(x,sigmoid(x))`. */
export function formatExpression(expression: Expression): string {
  if (expression.kind === 'INPUT') return 'x'
  return `${expression.operator}(${expression.operands.map(formatExpression).join(',')})`
}
