import type { Expression } from './expression.js'
import { createFromSource } from './operator-functions.js'
import { getOperator, type Operator } from './operators.js'

type Loop = (a: Float64Array, b: Float64Array, c: Float64Array, outputs: Float64Array) => void

const loops = new Map<string, Loop>()

/**
 * The outputs of an expression in float64 at the initial values of its parameters, operator by operator over whole arrays,
 * with the same bits as from `compileExpression`. It suits many expressions at few inputs: no expression is compiled, which
 * takes 100 µs, and the loop of each operator stays hot. The outputs of nodes in `known` are taken from there.
 */
export function evaluateExpression(
  expression: Expression,
  inputs: Float64Array,
  known?: ReadonlyMap<Expression, Float64Array>,
): Float64Array {
  if (expression.kind === 'INPUT') return inputs
  if (expression.kind === 'NUMBER') return new Float64Array(inputs.length).fill(expression.value)
  if (expression.kind === 'PARAMETER') return new Float64Array(inputs.length).fill(expression.initial)
  const found = known?.get(expression)
  if (found !== undefined) return found
  const operator = getOperator(expression.operator)
  const operands = expression.operands.map((operand) => evaluateExpression(operand, inputs, known))
  if (operator.arity === 'N_ARY') {
    if (operands.length === 1) return operands[0]
    return operands.slice(1).reduce((folded, operand) => evaluateOperator(operator, [folded, operand]), operands[0])
  }
  return evaluateOperator(operator, operands)
}

/** The outputs of an operator for arrays of operands; an n-ary operator gets two. */
export function evaluateOperator(operator: Operator, [a, b = a, c = a]: readonly Float64Array[]): Float64Array {
  const outputs = new Float64Array(a.length)
  getLoop(operator)(a, b, c, outputs)
  return outputs
}

function getLoop({ name, form }: Operator): Loop {
  let loop = loops.get(name)
  if (loop === undefined) {
    const locals = Object.entries(form.locals ?? {}).map(([local, formula]) => `const ${local} = ${formula}\n`)
    loop = createFromSource<Loop>(`return (inputs, seconds, thirds, outputs) => {
      for (let i = 0; i < inputs.length; i++) {
        const a = inputs[i], b = seconds[i], c = thirds[i]
        ${locals.join('')} outputs[i] = ${form.value}
      }
    }`)
    loops.set(name, loop)
  }
  return loop
}
