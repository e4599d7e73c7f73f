import { type Expression, INPUT, type Input, type Parameter, parametersOf } from '../../activations/expression.js'
import { generateSource } from '../../activations/generate-source.js'
import type { DerivativeForms } from '../../activations/operator-forms.js'
import { createFromSource } from '../../activations/operator-functions.js'

/** The parameters of an activation that each layer learns. */
export interface Learnable {
  /** In the order of the expression. */
  parameters: readonly Parameter[]
  /** Whether each channel (index along the last axis) has its own values. Otherwise all elements of a layer share them. */
  isPerChannel: boolean
  loops: ParameterLoops
}

/** Elements `start`, `start + stride`, ... of a tensor, all of which have these values of the parameters. */
export interface Elements {
  start: number
  stride: number
  values: readonly number[]
}

/** Loops over some elements of float32 views. They compute in float64, as those of `compileExpression` do. */
export interface ParameterLoops {
  /** Writes f(inputs) to outputs. */
  evaluate(inputs: Float32Array, outputs: Float32Array, elements: Elements): void
  /** Writes f(inputs) to outputs, and the derivatives by the input to derivatives. */
  differentiate(inputs: Float32Array, outputs: Float32Array, derivatives: Float32Array, elements: Elements): void
  /** For each parameter, the sum of the outer gradients times the derivatives by it, in the order of the elements. */
  sumGradients(inputs: Float32Array, outer: Float32Array, elements: Elements): number[]
}

/** Compiles the loops of an expression with parameters. */
export function compileParameterLoops(expression: Expression, forms: DerivativeForms): ParameterLoops {
  const parameters = parametersOf(expression)
  const names = parameters.map((_, slot) => `p${slot}`)
  const call = ['x', ...names].join(', ')
  const derive = (careful: boolean, by: Input | Parameter) =>
    generateSource(expression, { derivative: true, careful, forms, by })
  const plain = generateSource(expression, { derivative: false, careful: false, by: null })
  const slope = derive(false, INPUT)
  const elements = `{ start, stride, values: [${names.join(', ')}] }`
  const loop = (statements: string) =>
    `for (let i = start; i < inputs.length; i += stride) {\nconst x = inputs[i]\n${statements}\n}`
  const sums = parameters.map((parameter, slot) => {
    const { constants, statements, value, derivative } = derive(false, parameter)
    const term = `outer[i] * (y === y && slope === slope ? slope : slopeBy${slot}(${call}))`
    return `(inputs, outer, ${elements}) => {
${constants}
let sum = 0
${loop(`${statements}\nconst y = ${value}, slope = ${derivative}\nsum += ${term}`)}
return sum
}`
  })
  // For the elements at which the fast formula gives NaN; see `compileExpression`.
  const careful = (name: string, by: Input | Parameter) => {
    const { constants, statements, value, derivative } = derive(true, by)
    return `function ${name}(${call}) {
${constants}
${statements}
return ${value} === ${value} ? ${derivative} : NaN
}`
  }
  return createFromSource<ParameterLoops>(`
${careful('slopeByInput', INPUT)}
${parameters.map((parameter, slot) => careful(`slopeBy${slot}`, parameter)).join('\n')}
const sums = [${sums.join(',\n')}]
return {
evaluate(inputs, outputs, ${elements}) {
${plain.constants}
${loop(`${plain.statements}\noutputs[i] = ${plain.value}`)}
},
differentiate(inputs, outputs, derivatives, ${elements}) {
${slope.constants}
${loop(`${slope.statements}
const y = ${slope.value}, slope = ${slope.derivative}
outputs[i] = y
derivatives[i] = y === y && slope === slope ? slope : slopeByInput(${call})`)}
},
sumGradients: (inputs, outer, elements) => sums.map((sum) => sum(inputs, outer, elements)),
}`)
}
