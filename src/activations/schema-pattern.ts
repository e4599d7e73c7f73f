import { type Expression, formatExpression } from './expression.js'
import { type Arity, findOperator } from './operators.js'
import { PLACEHOLDER_OPERATORS, parseSchema, placeholderArity } from './search-space.js'

/**
 * A regular expression for PostgreSQL and JavaScript that matches the canonical texts of one of the schemas, so that stored
 * functions are recognised without listing the space. The operators fill the placeholders. Throws BAD_USER_INPUT for a
 * malformed schema.
 */
export function toSchemaPattern(
  schemas: readonly string[],
  operators: readonly string[] = PLACEHOLDER_OPERATORS,
): string {
  return `^(?:${schemas.map((schema) => toPattern(parseSchema(schema).tree, operators)).join('|')})$`
}

function toPattern(tree: Expression, operators: readonly string[]): string {
  if (tree.kind !== 'APPLICATION') return escapePattern(formatExpression(tree))
  const arity = placeholderArity(tree.operator)
  const names = arity === null ? tree.operator : alternativesOf(arity, operators)
  return `${names}\\(${tree.operands.map((operand) => toPattern(operand, operators)).join(',')}\\)`
}

function alternativesOf(arity: Arity, operators: readonly string[]): string {
  return `(?:${operators.filter((name) => findOperator(name)?.arity === arity).join('|')})`
}

/** A number may have a point and the sign of an exponent. */
function escapePattern(text: string): string {
  return text.replace(/[.+]/g, '\\$&')
}
