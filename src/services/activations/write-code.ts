import { type CodeTarget, TARGET_NAMES } from '../../activations/code/code-target.js'
import { type CodeOptions, generateCode } from '../../activations/code/generate-code.js'
import { findNameProblem } from '../../activations/code/names.js'
import { formatNumber } from '../../activations/expression.js'
import { computeLayerMoments } from '../../activations/layer-moments.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { refuseInput } from '../validate-input.js'

export interface WriteCodeInput {
  readonly target: CodeTarget
  readonly name: string
  /** A dataset, and whether its networks normalise activations; null for the function itself. */
  readonly normalizedFor: { readonly dataset: string; readonly normalizes: boolean } | null
}

/**
 * Writes an expression as code. Throws INVALID_EXPRESSION, and BAD_USER_INPUT for a name that the target does not accept. If
 * networks of the dataset do not normalise activations, a comment says so.
 */
export function writeCode(text: string, { target, name, normalizedFor }: WriteCodeInput): string {
  const expression = parseExpression(text)
  const problem = findNameProblem(target, name)
  if (problem !== null) refuseInput('name', `${problem} (target: ${TARGET_NAMES[target]})`, name)
  const options: CodeOptions = { target, name }
  if (normalizedFor === null) return generateCode(expression, options)
  const { dataset, normalizes } = normalizedFor
  if (!normalizes) {
    const note = `Networks of ${dataset} do not normalise activations, so this is the function itself.`
    return generateCode(expression, { ...options, notes: [note] })
  }
  const normalization = computeLayerMoments(expression)
  const { mean, standardDeviation } = normalization
  const note =
    mean === 0 && standardDeviation === 1
      ? `Networks of ${dataset} use this function as it is: it is constant, or has no finite moments.`
      : `Normalised as in networks of ${dataset}: minus ${formatNumber(mean)}, divided by ${formatNumber(standardDeviation)}.`
  return generateCode(expression, { ...options, normalization, notes: [note] })
}
