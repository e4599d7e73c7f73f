import type { CodeTarget } from '../../../src/activations/code/code-target.js'
import { generateCode } from '../../../src/activations/code/generate-code.js'
import { findNameProblem } from '../../../src/activations/code/names.js'
import { completeText } from '../../../src/activations/completion/complete.js'
import {
  type Expression,
  formatExpression,
  isSameParameter,
  parametersOf,
} from '../../../src/activations/expression.js'
import { describeProblem } from '../../../src/activations/language/describe-problem.js'
import { ExpressionError as InternalError } from '../../../src/activations/language/expression-error.js'
import { listAliases } from '../../../src/activations/language/operator-aliases.js'
import { parseText } from '../../../src/activations/language/parse-text.js'
import { type Arity, OPERATORS } from '../../../src/activations/operators.js'
import { dualAt, type Point, valueAt } from './dual.js'

export { CODE_TARGETS, type CodeTarget } from '../../../src/activations/code/code-target.js'
export type { Completion, Suggestion } from '../../../src/activations/completion/complete.js'
export type { Application, Expression, Input, NumberLiteral, Parameter } from '../../../src/activations/expression.js'
export { countNodes, depthOf, INPUT, operatorsOf, parametersOf } from '../../../src/activations/expression.js'
export {
  MAX_EXPRESSION_DEPTH,
  MAX_EXPRESSION_LENGTH,
  MAX_EXPRESSION_NODES,
} from '../../../src/activations/language/limits.js'
export type { Arity } from '../../../src/activations/operators.js'

/** A text that is no expression. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  /** The code of the API for this error. */
  readonly code = 'INVALID_EXPRESSION'

  constructor(
    message: string,
    /** Where the problem is, from 0 to the length of the text in UTF-16 units. */
    readonly position: number,
    /** What would fit there, in words. */
    readonly expected: string,
    /** A similar text that is an expression, or null. */
    readonly suggestion: string | null,
  ) {
    super(message)
  }
}

/** An operator of the language. */
export interface OperatorDescription {
  readonly name: string
  readonly arity: Arity
  /** A formula in plain text of `x`, `y` and `z`, or of `x1, x2, ...`. */
  readonly definition: string
  /** Other names, such as `silu` for `swish`. */
  readonly aliases: readonly string[]
  /** Whether it belongs to the search space of the Act-Bench datasets. */
  readonly inActBench: boolean
}

/** All operators of the language. */
export const operators: readonly OperatorDescription[] = OPERATORS.map(({ name, arity, definition, inActBench }) => ({
  ...{ name, arity, definition, inActBench },
  aliases: listAliases(name),
}))

/** Parses a text, such as `0.5*x*(1+tanh(x))` or `F.elu(x, alpha=0.5)`. Throws ExpressionError. */
export function parse(text: string): Expression {
  try {
    return parseText(text)
  } catch (error) {
    if (!(error instanceof InternalError)) throw error
    const { message, reading } = describeProblem(text, error)
    throw new ExpressionError(message, error.position, error.expected, reading)
  }
}

/** The canonical text of an expression: `mul(0.5,x)`. It parses to the same expression. */
export function print(expression: Expression): string {
  return formatExpression(expression)
}

/** What a text that is being typed may become at a position, which is the end if it is missing. Never throws. */
export const complete: typeof completeText = completeText

/** The values of parameters, in the order of `parametersOf`; the initial values if they are missing. */
export type ParameterValues = readonly number[]

/** A number at a number, and an array at several. */
export type Evaluated<X> = X extends number ? number : Float64Array

/** The value of an expression, or of a text, at a number or at each of several. */
export function evaluate<X extends number | ArrayLike<number>>(
  expression: Expression | string,
  x: X,
  parameters?: ParameterValues,
): Evaluated<X> {
  return computeAt(expression, x, parameters, valueAt)
}

/** The derivative by x at a number or at each of several; at a kink that of the left side. NaN if the value is NaN. */
export function differentiate<X extends number | ArrayLike<number>>(
  expression: Expression | string,
  x: X,
  parameters?: ParameterValues,
): Evaluated<X> {
  return computeAt(expression, x, parameters, derivativeAt)
}

/** The derivatives by each parameter, in the order of `parametersOf`. */
export function gradient(given: Expression | string, x: number, parameters?: ParameterValues): number[] {
  const expression = toExpression(given)
  const parameterValue = findValues(expression, parameters)
  return parametersOf(expression).map((by) => derivativeAt(expression, { x, parameterValue, by }))
}

/** How the code of an expression is written. */
export interface CodeOptions {
  readonly target: CodeTarget
  /** The name of the function or module; `activation` if it is missing. */
  readonly name?: string
}

/** Code of a framework that computes an expression, or a text. Throws RangeError for a name that is no identifier there. */
export function code(given: Expression | string, { target, name = 'activation' }: CodeOptions): string {
  const problem = findNameProblem(target, name)
  if (problem !== null) throw new RangeError(`name: expected ${problem}, got ${JSON.stringify(name.slice(0, 80))}`)
  return generateCode(toExpression(given), { target, name })
}

function computeAt<X extends number | ArrayLike<number>>(
  given: Expression | string,
  x: X,
  parameters: ParameterValues | undefined,
  compute: (expression: Expression, point: Point) => number,
): Evaluated<X> {
  const expression = toExpression(given)
  const parameterValue = findValues(expression, parameters)
  const at = (one: number) => compute(expression, { x: one, parameterValue, by: 'x' })
  return (typeof x === 'number' ? at(x) : Float64Array.from(x, at)) as Evaluated<X>
}

function derivativeAt(expression: Expression, point: Point): number {
  const [value, derivative] = dualAt(expression, point)
  return Number.isNaN(value) ? Number.NaN : derivative
}

function toExpression(given: Expression | string): Expression {
  return typeof given === 'string' ? parse(given) : given
}

function findValues(expression: Expression, values: ParameterValues | undefined): Point['parameterValue'] {
  if (values === undefined) return ({ initial }) => initial
  const parameters = parametersOf(expression)
  if (values.length !== parameters.length) {
    throw new RangeError(`parameters: expected ${parameters.length} values, got ${values.length}`)
  }

  return (parameter) => values[parameters.findIndex((one) => isSameParameter(one, parameter))]
}
