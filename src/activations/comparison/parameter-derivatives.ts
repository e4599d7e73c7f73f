import { evaluateOperator } from '../evaluate-expression.js'
import { type Expression, isSameParameter, parametersOf } from '../expression.js'
import { createFromSource } from '../operator-functions.js'
import { getOperator, type Operator } from '../operators.js'

/** An expression at many inputs, at the initial values of its parameters. */
export interface ParameterDerivatives {
  /** The outputs of every node. */
  readonly outputs: ReadonlyMap<Expression, Float64Array>
  /** The derivatives of the expression by each parameter, in the order of `parametersOf`; NaN if the output is NaN. */
  readonly derivatives: readonly Float64Array[]
}

/** A node: its outputs, and its derivatives by each parameter; null if it does not depend on the parameter. */
interface Node {
  readonly outputs: Float64Array
  readonly derivatives: readonly (Float64Array | null)[]
}

/**
 * Differentiates an expression by all its parameters, operator by operator over whole arrays. It gives the same as
 * `compileParameters`, and suits expressions that are differentiated only once: nothing is compiled, and each node is
 * evaluated once for all parameters.
 */
export function differentiateByParameters(expression: Expression, inputs: Float64Array): ParameterDerivatives {
  const parameters = parametersOf(expression)
  const outputs = new Map<Expression, Float64Array>()
  const constant = (value: number) => new Float64Array(inputs.length).fill(value)
  const none = parameters.map(() => null)
  const apply = (operator: Operator, operands: readonly Node[]): Node => {
    const values = operands.map((operand) => operand.outputs)
    const applied = evaluateOperator(operator, values)
    const slopes = operands.map(({ derivatives }, operand) =>
      derivatives.some((each) => each !== null) ? computeSlope(operator, operand, values, applied) : null,
    )
    const derivatives = none.map((_, slot) => {
      const terms = operands.flatMap((operand, index) => {
        const [slope, inner] = [slopes[index], operand.derivatives[slot]]
        return slope && inner ? [{ slope, inner }] : []
      })
      return terms.length === 0 ? null : addTerms(terms, inputs.length)
    })
    return { outputs: applied, derivatives }
  }
  const visit = (node: Expression): Node => {
    const visited = visitKind(node)
    outputs.set(node, visited.outputs)
    return visited
  }
  const visitKind = (node: Expression): Node => {
    if (node.kind === 'INPUT') return { outputs: inputs, derivatives: none }
    if (node.kind === 'NUMBER') return { outputs: constant(node.value), derivatives: none }
    if (node.kind === 'PARAMETER') {
      const derivatives = parameters.map((parameter) => (isSameParameter(parameter, node) ? constant(1) : null))
      return { outputs: constant(node.initial), derivatives }
    }
    const operator = getOperator(node.operator)
    const operands = node.operands.map(visit)
    if (operator.arity !== 'N_ARY') return apply(operator, operands)
    return operands.slice(1).reduce((folded, operand) => apply(operator, [folded, operand]), operands[0])
  }
  const whole = visit(expression)
  const derivatives = whole.derivatives.map((each) => {
    const by = each ?? constant(0)
    return by.map((slope, i) => (Number.isNaN(whole.outputs[i]) ? Number.NaN : slope))
  })
  return { outputs, derivatives }
}

/** Part of the chain rule: the factors of the slope of an operator, and the derivative of the operand. */
interface Term {
  readonly slope: readonly Float64Array[]
  readonly inner: Float64Array
}

/** The chain rule. The product of a zero slope and an infinite one is 0, as for a branch that is not taken. */
function addTerms(terms: readonly Term[], length: number): Float64Array {
  const sum = new Float64Array(length)
  for (const { slope, inner } of terms) {
    const product = slope.reduce(
      (one, factor) => one.map((y, i) => (y === 0 || factor[i] === 0 ? 0 : factor[i] * y)),
      inner,
    )
    for (let i = 0; i < length; i++) sum[i] += product[i]
  }
  return sum
}

type SlopeLoop = (
  a: Float64Array,
  b: Float64Array,
  c: Float64Array,
  outputs: Float64Array,
  slopes: Float64Array,
) => void

const loops = new Map<string, SlopeLoop>()

/** The derivative of an operator by one of its operands, as factors. */
function computeSlope(
  operator: Operator,
  operand: number,
  [a, b = a, c = a]: readonly Float64Array[],
  outputs: Float64Array,
): Float64Array[] {
  const { derivatives } = operator.form
  const formulas = [derivatives[operand]].flat()
  return formulas.map((formula) => {
    const slopes = new Float64Array(outputs.length)
    getLoop(operator, formula)(a, b, c, outputs, slopes)
    return slopes
  })
}

function getLoop({ name, form }: Operator, formula: string): SlopeLoop {
  const key = `${name} ${formula}`
  let loop = loops.get(key)
  if (loop === undefined) {
    const locals = Object.entries(form.locals ?? {}).map(([local, text]) => `const ${local} = ${text}\n`)
    loop = createFromSource<SlopeLoop>(`return (inputs, seconds, thirds, outputs, slopes) => {
      for (let i = 0; i < inputs.length; i++) {
        const a = inputs[i], b = seconds[i], c = thirds[i], v = outputs[i]
        ${locals.join('')} slopes[i] = ${formula}
      }
    }`)
    loops.set(key, loop)
  }
  return loop
}
