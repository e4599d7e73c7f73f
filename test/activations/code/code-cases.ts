import { compileExpression } from '../../../src/activations/compile-expression.js'
import { type Expression, formatExpression, INPUT, parametersOf } from '../../../src/activations/expression.js'
import { getOperator, OPERATORS, operandCounts } from '../../../src/activations/operators.js'
import { compileParameters } from '../../../src/activations/parameters.js'

/** A function with its values and derivatives at inputs where float32 arithmetic is accurate. */
export interface CodeCase {
  readonly text: string
  readonly expression: Expression
  readonly inputs: number[]
  readonly values: number[]
  readonly derivatives: number[]
  /** The derivatives by each parameter, by input. */
  readonly parameterDerivatives: number[][]
}

const NUMBERS = [0.5, 2, 3, 0.044715, 1.702, -1, -0.5, 0.1, 6, 1, 0]
const WIDE_INPUTS = [-30.5, -12.25, 12.25, 30.5]
/** Larger numbers on the way leave the range in which float32 has a meaning. */
const LARGEST = 1e25
const STEP = 1e-5
const CHOICES = new Set(['where', 'max', 'min', 'max_n', 'min_n', 'clip'])

/** A random generator with a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Random functions: half of Act-Bench's space, half with all operators, numbers and sometimes parameters. */
export function createRandomExpressions(count: number, seed: number): Expression[] {
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]
  const actBench = OPERATORS.filter(({ inActBench }) => inActBench)
  const grow = (depth: number, isOld: boolean): Expression => {
    const leaf = random()
    if (depth === 0 || leaf < 0.1) {
      if (isOld || leaf < 0.07) return INPUT
      if (random() < 0.3) return { kind: 'PARAMETER', initial: pick(NUMBERS.slice(0, 5)), name: null }
      return random() < 0.5 ? INPUT : { kind: 'NUMBER', value: pick(NUMBERS) }
    }
    const { name, arity } = pick(isOld ? actBench : OPERATORS)
    const { least, most } = operandCounts(arity)
    const length = Math.min(most, least + Math.floor(random() * 3))
    return { kind: 'APPLICATION', operator: name, operands: Array.from({ length }, () => grow(depth - 1, isOld)) }
  }
  return Array.from({ length: count }, (_, i) => grow(1 + Math.floor(random() * 4), i % 2 === 0))
}

/** The values and the derivatives of an expression at the inputs where the comparison makes sense. */
export function createCase(expression: Expression, seed: number): CodeCase {
  const random = createRandom(seed)
  const inputs = [...Array.from({ length: 24 }, () => Math.fround(10 * random() - 5)), ...WIDE_INPUTS]
  const { value, derivative } = compileExpression(expression)
  const { parameters, gradients } = compileParameters(expression)
  const initials = parameters.map(({ initial }) => initial)
  const isSmooth = (x: number) => {
    const there = gradients(x, initials)
    const near = gradients(
      x,
      initials.map((initial, slot) => initial + STEP * (slot + 1)),
    )
    const far = gradients(
      x,
      initials.map((initial, slot) => initial - STEP * (slot + 1)),
    )
    return there.every((slope, k) => isClose(near[k], slope, 1e-2) && isClose(far[k], slope, 1e-2))
  }
  const sensible = inputs.filter((x) => isSensible(expression, x, derivative) && isSmooth(x))
  return {
    text: formatExpression(expression),
    expression,
    inputs: sensible,
    values: sensible.map(value),
    derivatives: sensible.map(derivative),
    parameterDerivatives: sensible.map((x) => gradients(x, initials)),
  }
}

/** Whether rounding every step to float32 hardly changes value and derivatives, and no kink is close. */
function isSensible(expression: Expression, x: number, derivative: (x: number) => number): boolean {
  const exact = computeDual(expression, x, (each) => each)
  const rounded = computeDual(expression, x, Math.fround)
  if (exact === null || rounded === null) return false
  if (!exact.every((number, i) => isClose(rounded[i], number, 1e-5))) return false
  const slope = derivative(x)
  return [x - STEP, x + STEP].every((near) => isClose(derivative(near), slope, 1e-2))
}

function isClose(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance * (1 + Math.abs(b))
}

/** The value, the derivative by x and those by each parameter; null if a number on the way is too large. */
function computeDual(expression: Expression, x: number, round: (value: number) => number): number[] | null {
  const parameters = parametersOf(expression)
  const leaf = (value: number, slot: number): number[] => [
    round(value),
    ...[-1, ...parameters.keys()].map((k) => +(k === slot)),
  ]
  let isFine = true
  const visit = (node: Expression, isGuarded = false): number[] => {
    if (node.kind === 'INPUT') return leaf(x, -1)
    if (node.kind === 'NUMBER') return leaf(node.value, -2)
    if (node.kind === 'PARAMETER') return leaf(node.initial, parameters.indexOf(node))
    const { value, derivatives } = getOperator(node.operator)
    const isChoice = CHOICES.has(node.operator)
    const operands = node.operands.map((operand) => visit(operand, isGuarded || isChoice))
    const inputs = operands.map(([first]) => first)
    const slopes = derivatives(...inputs)
    // Frameworks have NaN for 0 times infinity; the code avoids it only in branches.
    if (!isGuarded && !isChoice && !slopes.every(Number.isFinite)) isFine = false
    const result = [round(value(...inputs))]
    for (let k = 1; k < parameters.length + 2; k++) {
      result.push(
        operands.reduce((sum, operand, i) => round(sum + (operand[k] === 0 ? 0 : round(slopes[i] * operand[k]))), 0),
      )
    }
    if (!result.every((each) => Math.abs(each) < LARGEST)) isFine = false
    return result
  }
  const result = visit(expression)
  return isFine ? result : null
}
