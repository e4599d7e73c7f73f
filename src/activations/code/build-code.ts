import { type Application, countNodes, type Expression, isSameParameter, type Parameter } from '../expression.js'
import { getOperator } from '../operators.js'
import { type CodeNode, type NodeBuilder, toCondition } from './code-node.js'
import { createHazards, type Hazards } from './hazards.js'
import { canClip } from './special-code.js'

/** A maximum that is written as a `where` computes its operands twice, so that it must be small and not deep. */
const MAX_DOUBLED_NODES = 60
const MAX_DOUBLINGS = 2

export interface BuiltCode {
  readonly root: CodeNode
  /** Whether a branch overflows, or has no value, at inputs for which it is not taken. */
  readonly hasHazards: boolean
  /** Whether the chain rule meets 0 times infinity at some input. */
  needsCare(): boolean
}

interface Place {
  /** What stands for x: x itself, or x with a harmless number while a branch is not taken. */
  readonly input: CodeNode
  /** Whether the place is reached at each probe. */
  readonly isReached: readonly boolean[]
  readonly doublings: number
}

/**
 * The code of an expression. Frameworks multiply the zero gradient of a branch that is not taken by the slopes inside it,
 * and 0 times infinity is NaN. If that can happen and `isMasking`,
 * the branch gets a harmless input instead of x: `where(x > 0, x, 1)`.
 */
export function buildCode(
  builder: NodeBuilder,
  whole: Expression,
  parameters: readonly Parameter[],
  isMasking: boolean,
): BuiltCode {
  const hazards = createHazards(whole)
  let hasHazards = false
  const mayDouble = (node: Application, { doublings }: Place) =>
    isMasking && doublings < MAX_DOUBLINGS && countNodes(node) <= MAX_DOUBLED_NODES
  const build = (node: Expression, place: Place): CodeNode => {
    if (node.kind === 'INPUT') return place.input
    if (node.kind === 'NUMBER') return builder.number(node.value)
    if (node.kind === 'PARAMETER') {
      return builder.parameter(parameters.findIndex((parameter) => isSameParameter(parameter, node)))
    }
    if (getOperator(node.operator).arity === 'N_ARY') return build(foldLeft(node), place)
    if (node.operator === 'where') return buildWhere(node, place)
    if (node.operator === 'max' || node.operator === 'min') return buildExtreme(node, place)
    if (node.operator === 'clip' && mayDouble(node, place) && isHazardous(hazards, node, place)) {
      return build(expandClip(node), place)
    }
    const operands = node.operands.map((operand) => build(operand, place))
    if (node.operator !== 'clip' || canClip(operands)) return builder.call(node.operator, operands)
    return builder.call('min', [builder.call('max', operands.slice(0, 2)), operands[2]])
  }
  const buildWhere = (node: Application, place: Place): CodeNode => {
    const [test, yes, no] = node.operands
    const condition = toCondition(builder, build(test, place))
    if (condition.number !== null) return build(condition.number !== 0 ? yes : no, place)
    const branches = [yes, no].map((branch, k) => {
      const isTaken = Array.from(hazards.probe(test).values, (value) => (value !== 0) === (k === 0))
      const safe = findSafeInput(hazards, branch, place, isTaken)
      if (safe !== null) hasHazards = true
      const masked = (number: CodeNode) =>
        builder.call('where', k === 0 ? [condition, place.input, number] : [condition, number, place.input])
      const input = safe === null || !isMasking ? place.input : masked(builder.number(safe))
      return build(branch, { ...place, input, isReached: place.isReached.map((reached, i) => reached && isTaken[i]) })
    })
    return branches[0] === branches[1] ? branches[0] : builder.call('where', [condition, ...branches])
  }
  const buildExtreme = (node: Application, place: Place): CodeNode => {
    if (mayDouble(node, place) && isHazardous(hazards, node, place)) {
      const operator = node.operator === 'max' ? 'greater_equal' : 'less_equal'
      const test: Application = { kind: 'APPLICATION', operator, operands: node.operands }
      const chosen: Application = { kind: 'APPLICATION', operator: 'where', operands: [test, ...node.operands] }
      return buildWhere(chosen, { ...place, doublings: place.doublings + 1 })
    }
    return builder.call(
      node.operator,
      node.operands.map((operand) => build(operand, place)),
    )
  }
  const everywhere = { input: builder.input, isReached: hazards.points.map(() => true), doublings: 0 }
  const root = build(whole, everywhere)
  return { root, hasHazards, needsCare: () => isHazardous(hazards, whole, everywhere) }
}

/** Whether the gradient is NaN at a probe where the derivative exists. */
function isHazardous(hazards: Hazards, node: Expression, { isReached }: Place): boolean {
  const { values, slopes, careful } = hazards.probe(node)
  return isReached.some(
    (reached, i) => reached && Number.isFinite(values[i]) && Number.isFinite(careful[i]) && !Number.isFinite(slopes[i]),
  )
}

/** An input at which nothing in a branch is infinite; null if x itself is harmless while the branch is not taken. */
function findSafeInput(
  hazards: Hazards,
  branch: Expression,
  { isReached }: Place,
  isTaken: readonly boolean[],
): number | null {
  const { isBad } = hazards.probe(branch)
  if (!isReached.some((reached, i) => reached && !isTaken[i] && isBad[i] === 1)) return null
  const candidates = hazards.points.filter((_, i) => isBad[i] === 0)
  const byMagnitude = candidates.sort((p, q) => cost(p) - cost(q))
  return byMagnitude[0] ?? null
}

/** Whole numbers are easier to read. */
function cost(point: number): number {
  return Math.abs(point) + (Number.isInteger(point) ? 0 : 1000) + (point < 0 ? 0.5 : 0)
}

function foldLeft({ operator, operands }: Application): Expression {
  const pair = { sum_n: 'add', prod_n: 'mul', max_n: 'max', min_n: 'min' }[operator]
  if (pair === undefined) throw new Error(`operator: expected an operator that folds its operands, got ${operator}`)
  return operands
    .slice(1)
    .reduce<Expression>(
      (folded, operand) => ({ kind: 'APPLICATION', operator: pair, operands: [folded, operand] }),
      operands[0],
    )
}

function expandClip({ operands: [operand, low, high] }: Application): Expression {
  const raised: Application = { kind: 'APPLICATION', operator: 'max', operands: [operand, low] }
  return { kind: 'APPLICATION', operator: 'min', operands: [raised, high] }
}
