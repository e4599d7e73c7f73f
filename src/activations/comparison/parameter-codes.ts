import { createHash } from 'node:crypto'
import { evaluateExpression } from '../evaluate-expression.js'
import { type Expression, isSameParameter, type Parameter, parametersOf } from '../expression.js'
import { IDENTITY_GRID } from './identity-grid.js'
import { differentiateByParameters } from './parameter-derivatives.js'
import { encodeRounded } from './round-outputs.js'

/** By how much a parameter is changed, as a share of its initial value, or of 1 if that is 0. */
const SHARE = 2 ** -6

/**
 * What the learnable parameters add to the identity of a function; nothing if it has none. Names and the order of the text
 * do not enter. `inputs` end with the grid.
 *
 * For each parameter: its initial value, the derivatives by it, and the outputs on the grid after an increase and after a
 * decrease of it, because `x*exp(param(0)*x)` and `x*(1+param(0)*x)` have equal derivatives. At last the outputs after an
 * increase of all parameters, because the derivatives by two that start at 0 and are multiplied are 0.
 */
export function encodeParameters(expression: Expression, inputs: Float64Array): Uint8Array[] {
  const parameters = parametersOf(expression)
  if (parameters.length === 0) return []
  const { outputs, derivatives } = differentiateByParameters(expression, inputs)
  const known = new Map([...outputs].map(([node, all]) => [node, all.subarray(-IDENTITY_GRID.length)]))
  const encodeChanged = (share: number, isChanged: (parameter: Parameter) => boolean) =>
    encodeRounded(evaluateExpression(changeParameters(expression, share, isChanged), IDENTITY_GRID, known)).bytes
  const digests = parameters.map((parameter, slot) => {
    const isThis = (other: Parameter) => isSameParameter(parameter, other)
    return createHash('sha256')
      .update(encodeRounded(Float64Array.of(parameter.initial)).bytes)
      .update(encodeRounded(derivatives[slot]).bytes)
      .update(encodeChanged(SHARE, isThis))
      .update(encodeChanged(-SHARE, isThis))
      .digest()
  })
  return [...digests.sort(Buffer.compare), encodeChanged(SHARE, () => true)]
}

/** Parts without a changed parameter stay the same objects, whose outputs are known. */
function changeParameters(node: Expression, share: number, isChanged: (parameter: Parameter) => boolean): Expression {
  if (node.kind === 'APPLICATION') {
    const operands = node.operands.map((operand) => changeParameters(operand, share, isChanged))
    return operands.every((operand, index) => operand === node.operands[index]) ? node : { ...node, operands }
  }
  if (node.kind !== 'PARAMETER' || !isChanged(node)) return node
  return { kind: 'NUMBER', value: node.initial + share * (node.initial === 0 ? 1 : node.initial) }
}
