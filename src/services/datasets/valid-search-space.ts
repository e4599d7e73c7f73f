import { countExpressions, PLACEHOLDER_OPERATORS, parseSchema } from '../../activations/search-space.js'
import { refuseInput } from '../validate-input.js'

/** Largest number of schemas of a search or of a dataset. */
export const MOST_SCHEMAS = 20

/** Returns 1 to 20 schemas in canonical form, each once. Throws BAD_USER_INPUT, which names the argument. */
export function getValidSchemas(argument: string, texts: readonly string[]): string[] {
  requireCount(argument, texts)
  return [...new Set(texts.map((text) => getValidSchema(argument, text)))]
}

/** The same for the search space of a dataset. The error of a schema names its place, such as `searchSpace[1]`. */
export function getValidSearchSpace(texts: readonly string[], argument = 'searchSpace'): string[] {
  requireCount(argument, texts)
  return [...new Set(texts.map((text, i) => getValidSchema(`${argument}[${i}]`, text)))]
}

function requireCount(argument: string, texts: readonly string[]): void {
  if (texts.length >= 1 && texts.length <= MOST_SCHEMAS) return
  refuseInput(argument, `1 to ${MOST_SCHEMAS} schemas`, `${texts.length} schemas`)
}

function getValidSchema(argument: string, text: string): string {
  const schema = parseSchema(text, argument)
  countExpressions(schema, PLACEHOLDER_OPERATORS, argument)
  return schema.text
}
