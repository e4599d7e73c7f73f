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

/** A number of the text. It is finite. -0 and 0 are different numbers, because their reciprocals are. */
export interface NumberLiteral {
  readonly kind: 'NUMBER'
  readonly value: number
}

/** A learnable parameter: a number that training changes. */
export interface Parameter {
  readonly kind: 'PARAMETER'
  readonly initial: number
  /** Uses of one name are one parameter. A use without a name is a parameter of its own. */
  readonly name: string | null
}

/** A parsed expression. It is immutable and at most `MAX_EXPRESSION_DEPTH` deep, so functions over it may recurse. */
export type Expression = Input | NumberLiteral | Parameter | Application

export const INPUT: Input = Object.freeze({ kind: 'INPUT' })

/** The nesting depth: 0 for x and for a number, 1 for relu(x) and for mul(0.5,x). */
export function depthOf(expression: Expression): number {
  if (expression.kind !== 'APPLICATION') return 0
  let deepest = 0
  for (const operand of expression.operands) deepest = Math.max(deepest, depthOf(operand))
  return deepest + 1
}

/** The number of operators, inputs and numbers. */
export function countNodes(expression: Expression): number {
  if (expression.kind !== 'APPLICATION') return 1
  return expression.operands.reduce((count, operand) => count + countNodes(operand), 1)
}

/** The names of the operators in the expression, each once, in the order of their first occurrence in the text. */
export function operatorsOf(expression: Expression): string[] {
  const names = new Set<string>()
  const visit = (node: Expression) => {
    if (node.kind !== 'APPLICATION') return
    names.add(node.operator)
    node.operands.forEach(visit)
  }
  visit(expression)
  return [...names]
}

/** The outermost operator; null for the bare input and for a number. */
export function rootOperatorOf(expression: Expression): string | null {
  return expression.kind === 'APPLICATION' ? expression.operator : null
}

/** The parameters of an expression, each once, in the order of the text. */
export function parametersOf(expression: Expression): Parameter[] {
  const parameters: Parameter[] = []
  const visit = (node: Expression) => {
    if (node.kind === 'APPLICATION') node.operands.forEach(visit)
    if (node.kind === 'PARAMETER' && !parameters.some((one) => isSameParameter(one, node))) parameters.push(node)
  }
  visit(expression)
  return parameters
}

/** Whether two uses are one parameter. */
export function isSameParameter(a: Parameter, b: Parameter): boolean {
  return a === b || (a.name !== null && a.name === b.name)
}

/** The canonical text: calls without spaces, and numbers as `formatNumber` writes them, such as `max(x,mul(0.5,x))`. */
export function formatExpression(expression: Expression): string {
  if (expression.kind === 'INPUT') return 'x'
  if (expression.kind === 'NUMBER') return formatNumber(expression.value)
  if (expression.kind === 'PARAMETER') return formatParameter(expression)
  return `${expression.operator}(${expression.operands.map(formatExpression).join(',')})`
}

function formatParameter({ initial, name }: Parameter): string {
  return name === null ? `param(${formatNumber(initial)})` : `param(${formatNumber(initial)},"${name}")`
}

/**
 * The canonical text of a number: the fewest digits that read back as the same float64, as JavaScript writes them but
 * without the plus sign of an exponent: `0.001`, `1e-7`, `1e21`, `-0`.
 */
export function formatNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value).replace('+', '')
}
