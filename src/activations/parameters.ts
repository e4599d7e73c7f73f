import { type Expression, type Parameter, parametersOf } from './expression.js'
import { generateSource } from './generate-source.js'
import { createFromSource } from './operator-functions.js'

/** A function of `x` and of the values of its parameters, with its derivatives by each parameter. */
export interface ParameterGradients {
  readonly parameters: readonly Parameter[]
  value(x: number, values: readonly number[]): number
  /** The derivatives at `x`, in the order of the parameters; NaN if the value is NaN. */
  gradients(x: number, values: readonly number[]): number[]
}

/** Compiles an expression as a function of its parameters. */
export function compileParameters(expression: Expression): ParameterGradients {
  const parameters = parametersOf(expression)
  const slots = parameters.map((_, slot) => `p${slot}`).join(', ')
  const bodies = parameters.map((by) => {
    const { constants, statements, value, derivative } = generateSource(expression, {
      derivative: true,
      careful: true,
      by,
    })
    return `(x, [${slots}]) => {\n${constants}\n${statements}\nreturn ${value} === ${value} ? ${derivative} : NaN\n}`
  })
  const plain = generateSource(expression, { derivative: false, careful: false, by: null })
  const compiled = createFromSource<{
    value: ParameterGradients['value']
    slopes: ((x: number, values: readonly number[]) => number)[]
  }>(`return {
    value: (x, [${slots}]) => {\n${plain.constants}\n${plain.statements}\nreturn ${plain.value}\n},
    slopes: [${bodies.join(',\n')}],
  }`)
  return {
    parameters,
    value: compiled.value,
    gradients: (x, values) => compiled.slopes.map((slope) => slope(x, values)),
  }
}
