import type { Application, Expression } from './expression.js'
import { type Arity, OPERATORS } from './operators.js'
import { placeholderArity, type Schema } from './search-space.js'

/** A source of uniform random numbers in [0, 1). */
export type Uniform = () => number

/**
 * A random change of an expression that stays within the schemas. The change is one of four: a placeholder gets another
 * operator of the same arity, two operands of one operator are exchanged, a subtree is replaced by a random one, or one
 * of its subtrees becomes a part of a random expression of the schemas. Only the last one applies to an expression outside
 * of the schemas, such as `relu(x)` for `unary(unary(x))`. The result may be the same function, or the same text; it is
 * null if the schemas have no placeholder.
 */
export function mutateExpression(
  schemas: readonly Schema[],
  expression: Expression,
  random: Uniform,
): Expression | null {
  const own = schemas.filter(({ tree }) => matchesSchema(tree, expression))
  const kind = Math.floor(random() * 4)
  if (own.length > 0 && kind < 3) {
    const { tree } = take(own, random)
    const changed = CHANGES[kind](tree, expression, random) ?? replaceOperator(tree, expression, random)
    if (changed) return changed
  }
  return drawAround(take(schemas, random).tree, expression, random)
}

/** Whether an expression belongs to the schema with this tree. */
export function matchesSchema(tree: Expression, expression: Expression): boolean {
  if (tree.kind !== 'APPLICATION' || expression.kind !== 'APPLICATION') return areEqualLeaves(tree, expression)
  const arity = placeholderArity(tree.operator)
  const fits = arity ? NAMES[arity].includes(expression.operator) : tree.operator === expression.operator
  return (
    fits &&
    tree.operands.length === expression.operands.length &&
    tree.operands.every((operand, index) => matchesSchema(operand, expression.operands[index]))
  )
}

/**
 * The number of operators to replace, add or remove until one expression equals the other, when operands are compared one
 * by one: 0 for equal expressions, 1 for `max(relu(x),tanh(x))` and `max(relu(x),erf(x))`. The time is linear in the
 * size of the smaller expression.
 */
export function countEditSteps(left: Expression, right: Expression): number {
  if (left.kind !== 'APPLICATION' && right.kind !== 'APPLICATION') return areEqualLeaves(left, right) ? 0 : 1
  if (left.kind !== 'APPLICATION') return countOperators(right)
  if (right.kind !== 'APPLICATION') return countOperators(left)
  let steps = left.operator === right.operator ? 0 : 1
  for (let index = 0; index < Math.max(left.operands.length, right.operands.length); index++) {
    const [a, b] = [left.operands[index], right.operands[index]]
    steps += a && b ? countEditSteps(a, b) : Math.max(1, countOperators(a ?? b))
  }
  return steps
}

function areEqualLeaves(left: Expression, right: Expression): boolean {
  if (left.kind === 'NUMBER' && right.kind === 'NUMBER') return Object.is(left.value, right.value)
  if (left.kind === 'PARAMETER' && right.kind === 'PARAMETER') {
    return left.name === right.name && Object.is(left.initial, right.initial)
  }
  return left.kind === 'INPUT' && right.kind === 'INPUT'
}

type Change = (tree: Expression, expression: Expression, random: Uniform) => Expression | null

const CHANGES: readonly Change[] = [replaceOperator, swapOperands, redrawSubtree]

const NAMES: Readonly<Record<Arity, readonly string[]>> = {
  UNARY: namesOf('UNARY'),
  BINARY: namesOf('BINARY'),
  TERNARY: namesOf('TERNARY'),
  N_ARY: namesOf('N_ARY'),
}

function namesOf(arity: Arity): string[] {
  return OPERATORS.filter((operator) => operator.fillsPlaceholders && operator.arity === arity).map(({ name }) => name)
}

function replaceOperator(tree: Expression, expression: Expression, random: Uniform): Expression | null {
  const free = listNodes(tree).filter(({ node }) => arityAt(node) !== null)
  if (free.length === 0) return null
  const { path, node } = take(free, random)
  const current = at(expression, path) as Application
  const others = NAMES[arityAt(node) as Arity].filter((name) => name !== current.operator)
  return replaceAt(expression, path, { ...current, operator: take(others, random) })
}

/** Exchanges two operands of one operator that have equal schemas and different texts. */
function swapOperands(tree: Expression, expression: Expression, random: Uniform): Expression | null {
  const pairs = listNodes(tree).flatMap(({ path, node }) => {
    if (node.kind !== 'APPLICATION') return []
    const { operands } = at(expression, path) as Application
    return operands.flatMap((_, first) =>
      operands
        .map((_, second) => ({ path, first, second }))
        .filter(
          ({ second }) =>
            second > first &&
            countEditSteps(node.operands[first], node.operands[second]) === 0 &&
            countEditSteps(operands[first], operands[second]) > 0,
        ),
    )
  })
  if (pairs.length === 0) return null
  const { path, first, second } = take(pairs, random)
  const node = at(expression, path) as Application
  const operands = node.operands.slice()
  operands[first] = node.operands[second]
  operands[second] = node.operands[first]
  return replaceAt(expression, path, { ...node, operands })
}

function redrawSubtree(tree: Expression, expression: Expression, random: Uniform): Expression | null {
  const free = listNodes(tree).filter(({ node }) => node.kind === 'APPLICATION' && hasPlaceholder(node))
  if (free.length === 0) return null
  const { path, node } = take(free, random)
  return replaceAt(expression, path, draw(node, random))
}

/** A random expression of the schema that contains a subtree of the given one, if the schema has room for one. */
function drawAround(tree: Expression, expression: Expression, random: Uniform): Expression | null {
  if (!hasPlaceholder(tree)) return null
  const slots = listNodes(tree).filter(({ path, node }) => path.length > 0 && node.kind === 'APPLICATION')
  const parts = listNodes(expression)
  const fits = slots.flatMap(({ path, node }) =>
    parts.filter((part) => matchesSchema(node, part.node)).map((part) => ({ path, part: part.node })),
  )
  const drawn = draw(tree, random)
  if (fits.length === 0) return drawn
  const { path, part } = take(fits, random)
  return replaceAt(drawn, path, part)
}

function draw(tree: Expression, random: Uniform): Expression {
  if (tree.kind !== 'APPLICATION') return tree
  const arity = arityAt(tree)
  const operator = arity ? take(NAMES[arity], random) : tree.operator
  return { kind: 'APPLICATION', operator, operands: tree.operands.map((operand) => draw(operand, random)) }
}

interface NodeAtPath {
  readonly path: readonly number[]
  readonly node: Expression
}

function listNodes(node: Expression, path: readonly number[] = []): NodeAtPath[] {
  if (node.kind !== 'APPLICATION') return [{ path, node }]
  return [{ path, node }, ...node.operands.flatMap((operand, index) => listNodes(operand, [...path, index]))]
}

function at(expression: Expression, path: readonly number[]): Expression {
  return path.reduce((node, index) => (node as Application).operands[index], expression)
}

function replaceAt(expression: Expression, path: readonly number[], part: Expression): Expression {
  if (path.length === 0) return part
  const node = expression as Application
  const operands = node.operands.slice()
  operands[path[0]] = replaceAt(operands[path[0]], path.slice(1), part)
  return { ...node, operands }
}

function arityAt(node: Expression): Arity | null {
  return node.kind !== 'APPLICATION' ? null : placeholderArity(node.operator)
}

function hasPlaceholder(node: Expression): boolean {
  return node.kind === 'APPLICATION' && (arityAt(node) !== null || node.operands.some(hasPlaceholder))
}

function countOperators(node: Expression): number {
  return node.kind !== 'APPLICATION' ? 0 : node.operands.reduce((sum, operand) => sum + countOperators(operand), 1)
}

function take<Value>(values: readonly Value[], random: Uniform): Value {
  return values[Math.min(values.length - 1, Math.floor(random() * values.length))]
}
