import { type Expression, formatExpression, parametersOf } from '../expression.js'
import { buildCode } from './build-code.js'
import { createNodeBuilder } from './code-node.js'
import type { CodeRequest } from './code-request.js'
import type { CodeTarget } from './code-target.js'
import { isFlat } from './hazards.js'
import { writeJax } from './jax.js'
import { writeJulia } from './julia.js'
import { writeLatex } from './latex.js'
import { nameParameters } from './names.js'
import { writeNumpy } from './numpy.js'
import { writePytorch } from './pytorch.js'
import { writeTensorflow } from './tensorflow.js'
import { writeTensorflowJs } from './tensorflow-js.js'

/** Makes the mean 0 and the standard deviation 1. */
export interface Normalization {
  readonly mean: number
  readonly standardDeviation: number
}

export interface CodeOptions {
  readonly target: CodeTarget
  /** The name of the function or module; `findNameProblem` says whether a target accepts it. */
  readonly name: string
  readonly normalization?: Normalization
  /** Lines for the comment, after the expression. */
  readonly notes?: readonly string[]
}

const WRITERS: Readonly<Record<CodeTarget, (request: CodeRequest) => string>> = {
  PYTORCH: writePytorch,
  JAX: writeJax,
  TENSORFLOW: writeTensorflow,
  NUMPY: writeNumpy,
  TENSORFLOW_JS: writeTensorflowJs,
  JULIA: writeJulia,
  LATEX: writeLatex,
}
/** Targets whose `where` computes both branches and multiplies their gradients by 0 or 1. */
const MASKED: readonly CodeTarget[] = ['PYTORCH', 'JAX', 'TENSORFLOW', 'TENSORFLOW_JS']
/** Targets that fail if no path of gradients leads from the output to the input. */
const CONNECTED: readonly CodeTarget[] = ['PYTORCH', 'TENSORFLOW', 'TENSORFLOW_JS']
/** A longer expression would hide the code. */
const MAX_EXPRESSION_SHOWN = 100

/**
 * The source of an expression in a target: a function of its name, or a module if it has parameters. NumPy, which does not
 * derive, gets the derivatives as functions.
 *
 * @example
 * generateCode(parseExpression('x*sigmoid(1.702*x)'), { target: 'PYTORCH', name: 'quick_gelu' })
 */
export function generateCode(expression: Expression, options: CodeOptions): string {
  const { target, name, normalization, notes = [] } = options
  const builder = createNodeBuilder()
  const parameters = parametersOf(expression)
  const names = nameParameters(parameters, name)
  const built = buildCode(builder, expression, parameters, MASKED.includes(target))
  let root = built.root
  if (normalization !== undefined) {
    const { mean, standardDeviation } = normalization
    if (mean !== 0) root = builder.call('sub', [root, builder.number(mean)])
    if (standardDeviation !== 1) root = builder.call('div', [root, builder.number(standardDeviation)])
  }
  const isConnected = CONNECTED.includes(target) && isFlat(expression)
  if (isConnected) {
    const nothing = builder.plainCall('mul', [builder.number(0), builder.call('sigmoid', [builder.input])])
    root = builder.plainCall('add', [nothing, root])
  }
  const text = formatExpression(expression)
  return WRITERS[target]({
    name,
    description: [
      text.length <= MAX_EXPRESSION_SHOWN ? text : `${text.slice(0, MAX_EXPRESSION_SHOWN)}...`,
      ...notes,
      ...(isConnected
        ? ['The derivative is 0. The sigmoid connects the output with the input, so that gradients are 0, not missing.']
        : []),
    ],
    builder,
    root,
    parameters: parameters.map(({ initial }, slot) => ({ name: names[slot], initial })),
    hasHazards: built.hasHazards,
    needsCare: built.needsCare,
  })
}
