import type { Expression } from './expression.js'
import { generateSource } from './generate-source.js'
import type { DerivativeForms } from './operator-forms.js'
import { createFromSource } from './operator-functions.js'

/** Floats of either width, such as a view of a WebAssembly heap. */
export type FloatArray = Float32Array | Float64Array

/** A compiled expression. It computes in float64, whatever the width of the arrays. */
export interface CompiledActivation {
  value(x: number): number
  /** The derivative; at a kink the derivative of one side, and NaN if the value is NaN. */
  derivative(x: number): number
  /** Writes f(inputs) to outputs. The arrays have equal lengths and may be the same array. */
  evaluate(inputs: FloatArray, outputs: FloatArray): void
  /** Writes f(inputs) to outputs and f'(inputs) to derivatives in one pass. */
  differentiate(inputs: FloatArray, outputs: FloatArray, derivatives: FloatArray): void
}

/**
 * Compiles an expression to one loop for values and one for values with derivatives.
 *
 * The fast loop multiplies slopes without checks. A product of 0 and infinity is NaN: it occurs in a branch that is not
 * taken, or after a factor has vanished. Only for such an element the loop calls the careful derivative.
 */
export function compileExpression(expression: Expression, forms: DerivativeForms = 'EXACT'): CompiledActivation {
  const plain = generateSource(expression, { derivative: false, careful: false })
  const fast = generateSource(expression, { derivative: true, careful: false, forms })
  const careful = generateSource(expression, { derivative: true, careful: true, forms })
  return createFromSource(`
function value(x) {
${plain.constants}
${plain.statements}
return ${plain.value}
}
function derivative(x) {
${careful.constants}
${careful.statements}
return ${careful.value} === ${careful.value} ? ${careful.derivative} : NaN
}
function evaluate(inputs, outputs) {
${plain.constants}
const length = inputs.length
for (let i = 0; i < length; i++) {
const x = inputs[i]
${plain.statements}
outputs[i] = ${plain.value}
}
}
function differentiate(inputs, outputs, derivatives) {
${fast.constants}
const length = inputs.length
for (let i = 0; i < length; i++) {
const x = inputs[i]
${fast.statements}
const y = ${fast.value}, slope = ${fast.derivative}
outputs[i] = y
derivatives[i] = y === y && slope === slope ? slope : derivative(x)
}
}
return { value, derivative, evaluate, differentiate }`)
}
