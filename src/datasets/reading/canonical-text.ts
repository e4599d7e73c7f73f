import { formatExpression } from '../../activations/expression.js'
import { parseExpression } from '../../activations/parse-expression.js'
import { ActbenchError } from '../../errors.js'

/** The canonical text of an expression; null, after `refuse` was told why, if it does not parse. */
export function toCanonical(
  text: string,
  refuse: (problem: string, suggestion: string | undefined) => void,
): string | null {
  try {
    return formatExpression(parseExpression(text))
  } catch (error) {
    if (!(error instanceof ActbenchError)) throw error
    const { suggestion } = error.extensions
    refuse(error.message.replace(/^expression: /, '').slice(0, 300), suggestion as string | undefined)
    return null
  }
}
