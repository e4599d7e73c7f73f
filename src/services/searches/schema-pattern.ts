import { type Expression, formatExpression } from '../../activations/expression.js'
import { type Arity, OPERATORS } from '../../activations/operators.js'
import { parseSchema } from '../../activations/search-space.js'

/**
 * A regular expression for PostgreSQL and JavaScript that matches the canonical texts of one of the schemas, so that stored
 * functions are recognised without listing the space. Throws BAD_USER_INPUT for a malformed schema.
 */
export function toSchemaPattern(schemas: readonly string[]): string {
  return `^(?:${schemas.map((schema) => toPattern(parseSchema(schema).tree)).join('|')})$`
}

function toPattern(tree: Expression): string {
  if (tree.kind !== 'APPLICATION') return formatExpression(tree)
  const names = PLACEHOLDERS[tree.operator] ?? tree.operator
  return `${names}\\(${tree.operands.map(toPattern).join(',')}\\)`
}

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  unary: alternativesOf('UNARY'),
  binary: alternativesOf('BINARY'),
  'n-ary': alternativesOf('N_ARY'),
}

function alternativesOf(arity: Arity): string {
  const names = OPERATORS.filter((operator) => operator.fillsPlaceholders && operator.arity === arity).map(
    ({ name }) => name,
  )
  return `(?:${names.join('|')})`
}
