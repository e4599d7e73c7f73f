import { ActbenchError } from '../errors.js'
import { type Expression, formatExpression } from './expression.js'
import { describeNearest, refuseOperator } from './nearest-operators.js'
import { type Arity, findOperator, OPERATORS } from './operators.js'
import { describeFound, type Grammar, parseTree } from './parse-tree.js'

/** The schemas of the Act-Bench space: 729 and 5,103 expressions over `ACT_BENCH_OPERATORS`. */
export const ACT_BENCH_SCHEMAS: readonly string[] = ['unary(unary(x))', 'binary(unary(x),unary(x))']
/** The 27 unary and 7 binary operators of the Act-Bench space. */
export const ACT_BENCH_OPERATORS: readonly string[] = OPERATORS.filter(({ inActBench }) => inActBench).map(
  ({ name }) => name,
)
/**
 * The operators for which placeholders stand: the 42 of version 1 of the language. The list never grows, because schemas
 * of stored searches and shipped datasets would get other functions. Schemas can name any other operator.
 */
export const PLACEHOLDER_OPERATORS: readonly string[] = OPERATORS.filter(
  ({ fillsPlaceholders }) => fillsPlaceholders,
).map(({ name }) => name)

const PLACEHOLDERS: Readonly<Record<string, Arity>> = { unary: 'UNARY', binary: 'BINARY', 'n-ary': 'N_ARY' }
/** Subtrees with at most this number of expressions are built once per enumeration and shared. */
const SHARED_SUBTREES = 4096

/** A parsed schema: an expression in which `unary`, `binary` and `n-ary` stand for the operators of that arity in `PLACEHOLDER_OPERATORS`. */
export interface Schema {
  readonly text: string
  readonly tree: Expression
}

/**
 * Parses a schema, such as `binary(unary(x),unary(x))` or `relu(binary(unary(x),x))`. Throws BAD_USER_INPUT with
 * `argument`, `position` and `expected`.
 */
export function parseSchema(text: string, argument = 'schemas'): Schema {
  const grammar: Grammar = {
    letter: /[\w-]/,
    arityOf: (name) => (Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : (findOperator(name)?.arity ?? null)),
    expectedName: 'x, unary, binary, n-ary or the name of an operator',
    fail: (whole, position, expected, unknown) => {
      const problem = unknown === undefined ? 'invalid' : `unknown operator ${unknown.slice(0, 40)}`
      const hint = unknown === undefined ? '' : describeNearest(unknown, Object.keys(PLACEHOLDERS))
      return new ActbenchError(
        'BAD_USER_INPUT',
        `${argument}: ${problem} at position ${position}; expected ${expected}, got ${describeFound(whole, position)}${hint}`,
        { argument, position, expected },
      )
    },
  }
  const tree = parseTree(text, grammar)
  return { text: formatExpression(tree), tree }
}

/**
 * The number of expressions of a schema with these operators for its placeholders. Throws BAD_USER_INPUT for an unknown
 * operator, and with `argument` for more than 2^53 - 1 expressions.
 */
export function countExpressions(
  schema: Schema,
  operators: readonly string[] = PLACEHOLDER_OPERATORS,
  argument = 'schemas',
): number {
  return plan(schema, operators, argument).count
}

/**
 * The expressions of a schema, one by one, in the order of `expressionAt`, from number `from` up to and without number
 * `to`, which may be larger than their number. Memory does not grow with their number.
 */
export function* enumerateExpressions(
  schema: Schema,
  operators: readonly string[] = PLACEHOLDER_OPERATORS,
  { from = 0, to = Number.POSITIVE_INFINITY }: { readonly from?: number; readonly to?: number } = {},
): Generator<Expression, void, undefined> {
  const root = plan(schema, operators)
  for (let index = from; index < Math.min(to, root.count); index++) yield build(root, index)
}

/**
 * The expression number `index` of a schema, counted from 0. The outermost operator changes slowest and the last
 * placeholder fastest, and operators have the given order. Throws BAD_USER_INPUT if there is no such expression.
 */
export function expressionAt(
  schema: Schema,
  index: number,
  operators: readonly string[] = PLACEHOLDER_OPERATORS,
): Expression {
  const root = plan(schema, operators)
  if (!Number.isSafeInteger(index) || index < 0 || index >= root.count) {
    throw new ActbenchError(
      'BAD_USER_INPUT',
      `index: out of range; expected a whole number from 0 to ${root.count - 1}, got ${index}`,
      {
        argument: 'index',
      },
    )
  }
  return build(root, index)
}

/** The arity of a placeholder; null for any other name. */
export function placeholderArity(name: string): Arity | null {
  return Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : null
}

/** A node of a schema with its possible operators; the input has no operator. */
interface Plan {
  readonly count: number
  readonly names: readonly string[]
  readonly operands: readonly Plan[]
  readonly tree: Expression
  readonly built: Expression[]
}

function plan(schema: Schema, operators: readonly string[], argument = 'schemas'): Plan {
  const byArity: Record<Arity, string[]> = { UNARY: [], BINARY: [], TERNARY: [], N_ARY: [] }
  for (const name of operators) {
    const operator = findOperator(name)
    if (operator === null) refuseOperator('operators', name)
    byArity[operator.arity].push(name)
  }
  const visit = (tree: Expression): Plan => {
    if (tree.kind !== 'APPLICATION') return { count: 1, names: [], operands: [], tree, built: [] }
    const names = Object.hasOwn(PLACEHOLDERS, tree.operator) ? byArity[PLACEHOLDERS[tree.operator]] : [tree.operator]
    const operands = tree.operands.map(visit)
    const count = operands.reduce((product, operand) => product * operand.count, names.length)
    return { count, names, operands, tree, built: [] }
  }
  const root = visit(schema.tree)
  if (!Number.isSafeInteger(root.count)) {
    throw new ActbenchError(
      'BAD_USER_INPUT',
      `${argument}: too many expressions; expected fewer than 2^53, got more in ${schema.text}`,
      { argument },
    )
  }
  return root
}

function build(node: Plan, index: number): Expression {
  if (node.tree.kind !== 'APPLICATION') return node.tree
  const shared = node.count <= SHARED_SUBTREES
  if (shared && node.built[index] !== undefined) return node.built[index]
  let rest = index
  const operands = new Array<Expression>(node.operands.length)
  for (let i = node.operands.length - 1; i >= 0; i--) {
    const operand = node.operands[i]
    operands[i] = build(operand, rest % operand.count)
    rest = Math.floor(rest / operand.count)
  }
  const expression: Expression = { kind: 'APPLICATION', operator: node.names[rest], operands }
  if (shared) node.built[index] = expression
  return expression
}
