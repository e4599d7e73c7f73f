import type { Expression } from './expression.js'
import { generateSource } from './generate-source.js'
import { createFromSource } from './operator-functions.js'

/** Floats of either width; a view of a WebAssembly heap is one too. */
export type FloatArray = Float32Array | Float64Array

/** An expression as machine code: computed in float64, whatever the width of the arrays. */
export interface CompiledActivation {
  value(x: number): number
  /** The derivative, that of one side at a kink; NaN where the value is NaN. */
  derivative(x: number): number
  /** Writes f(inputs) to outputs. The arrays are equally long; they may be the same. */
  evaluate(inputs: FloatArray, outputs: FloatArray): void
  /** Writes f(inputs) to outputs and f'(inputs) to derivatives in one pass. */
  differentiate(inputs: FloatArray, outputs: FloatArray, derivatives: FloatArray): void
}

/**
 * Compiles an expression to one loop for values and one for values with derivatives.
 *
 * The fast loop multiplies slopes as they are; where that gives NaN (0 times infinity, of a branch that is not taken or
 * a factor that has died out), the careful derivative is asked, for that element alone.
 */
export function compileExpression(expression: Expression): CompiledActivation {
  const plain = generateSource(expression, { derivative: false, careful: false })
  const fast = generateSource(expression, { derivative: true, careful: false })
  const careful = generateSource(expression, { derivative: true, careful: true })
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
