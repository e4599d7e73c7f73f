import type { Application, Expression } from './expression.js'
import { type Arity, findOperator, OPERATORS } from './operators.js'
import { placeholderArity, type Schema } from './search-space.js'

/** Uniform numbers in [0, 1): what mutations are drawn by. */
export type Uniform = () => number

/**
 * A random change of an expression that stays within the schemas: another operator of the same arity in a placeholder's
 * stead, two subexpressions of one operator exchanged, a subtree drawn anew, or another expression of the schemas drawn
 * around one of its subtrees. An expression outside the schemas (`relu(x)` for `unary(unary(x))`) knows the last alone.
 * The result may be the same function, or the same text; null where the schemas leave nothing to change.
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

/** Whether an expression is one of those that a schema's tree stands for. */
export function matchesSchema(tree: Expression, expression: Expression): boolean {
  if (tree.kind === 'INPUT' || expression.kind === 'INPUT') return tree.kind === expression.kind
  const arity = placeholderArity(tree.operator)
  const fits = arity ? findOperator(expression.operator)?.arity === arity : tree.operator === expression.operator
  return (
    fits &&
    tree.operands.length === expression.operands.length &&
    tree.operands.every((operand, place) => matchesSchema(operand, expression.operands[place]))
  )
}

/**
 * Operators to replace, add or remove so that one expression becomes the other, operands compared place by place: 0 for
 * equal ones, 1 between `max(relu(x),tanh(x))` and `max(relu(x),erf(x))`. Linear in the shorter of the two.
 */
export function countEditSteps(left: Expression, right: Expression): number {
  if (left.kind === 'INPUT') return countOperators(right)
  if (right.kind === 'INPUT') return countOperators(left)
  let steps = left.operator === right.operator ? 0 : 1
  for (let place = 0; place < Math.max(left.operands.length, right.operands.length); place++) {
    const [a, b] = [left.operands[place], right.operands[place]]
    steps += a && b ? countEditSteps(a, b) : Math.max(1, countOperators(a ?? b))
  }
  return steps
}

type Change = (tree: Expression, expression: Expression, random: Uniform) => Expression | null

const CHANGES: readonly Change[] = [replaceOperator, swapOperands, redrawSubtree]

const NAMES: Readonly<Record<Arity, readonly string[]>> = {
  UNARY: namesOf('UNARY'),
  BINARY: namesOf('BINARY'),
  N_ARY: namesOf('N_ARY'),
}

function namesOf(arity: Arity): string[] {
  return OPERATORS.filter((operator) => operator.arity === arity).map(({ name }) => name)
}

function replaceOperator(tree: Expression, expression: Expression, random: Uniform): Expression | null {
  const free = listNodes(tree).filter(({ node }) => arityAt(node) !== null)
  if (free.length === 0) return null
  const { path, node } = take(free, random)
  const current = at(expression, path) as Application
  const others = NAMES[arityAt(node) as Arity].filter((name) => name !== current.operator)
  return replaceAt(expression, path, { ...current, operator: take(others, random) })
}

/** Two operands of one operator, of equal schemas and different texts, exchanged. */
function swapOperands(tree: Expression, expression: Expression, random: Uniform): Expression | null {
  const pairs = listNodes(tree).flatMap(({ path, node }) => {
    if (node.kind === 'INPUT') return []
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
  const free = listNodes(tree).filter(({ node }) => node.kind !== 'INPUT' && hasPlaceholder(node))
  if (free.length === 0) return null
  const { path, node } = take(free, random)
  return replaceAt(expression, path, draw(node, random))
}

/** An expression of the schema around a subtree of the given one, where one of its places can hold one. */
function drawAround(tree: Expression, expression: Expression, random: Uniform): Expression | null {
  if (!hasPlaceholder(tree)) return null
  const places = listNodes(tree).filter(({ path, node }) => path.length > 0 && node.kind !== 'INPUT')
  const parts = listNodes(expression)
  const fits = places.flatMap(({ path, node }) =>
    parts.filter((part) => matchesSchema(node, part.node)).map((part) => ({ path, part: part.node })),
  )
  const drawn = draw(tree, random)
  if (fits.length === 0) return drawn
  const { path, part } = take(fits, random)
  return replaceAt(drawn, path, part)
}

function draw(tree: Expression, random: Uniform): Expression {
  if (tree.kind === 'INPUT') return tree
  const arity = arityAt(tree)
  const operator = arity ? take(NAMES[arity], random) : tree.operator
  return { kind: 'APPLICATION', operator, operands: tree.operands.map((operand) => draw(operand, random)) }
}

interface PlacedNode {
  readonly path: readonly number[]
  readonly node: Expression
}

function listNodes(node: Expression, path: readonly number[] = []): PlacedNode[] {
  if (node.kind === 'INPUT') return [{ path, node }]
  return [{ path, node }, ...node.operands.flatMap((operand, place) => listNodes(operand, [...path, place]))]
}

function at(expression: Expression, path: readonly number[]): Expression {
  return path.reduce((node, place) => (node as Application).operands[place], expression)
}

function replaceAt(expression: Expression, path: readonly number[], part: Expression): Expression {
  if (path.length === 0) return part
  const node = expression as Application
  const operands = node.operands.slice()
  operands[path[0]] = replaceAt(operands[path[0]], path.slice(1), part)
  return { ...node, operands }
}

function arityAt(node: Expression): Arity | null {
  return node.kind === 'INPUT' ? null : placeholderArity(node.operator)
}

function hasPlaceholder(node: Expression): boolean {
  return node.kind === 'APPLICATION' && (arityAt(node) !== null || node.operands.some(hasPlaceholder))
}

function countOperators(node: Expression): number {
  return node.kind === 'INPUT' ? 0 : node.operands.reduce((sum, operand) => sum + countOperators(operand), 1)
}

function take<Value>(values: readonly Value[], random: Uniform): Value {
  return values[Math.min(values.length - 1, Math.floor(random() * values.length))]
}
