import { type DocumentNode, GraphQLError, type GraphQLSchema, validate } from 'graphql'
import type { Limits } from '../limits.js'
import { checkDocument } from './check-document.js'

/**
 * Creates a function that lists the problems of a document, as errors with a code of the API: limits that it exceeds, or
 * rules of the schema that it breaks. The list is kept as long as the document, because every request that sends the
 * same document has the same problems.
 */
export function createDocumentValidator(
  schema: GraphQLSchema,
  limits: Limits,
): (document: DocumentNode) => readonly GraphQLError[] {
  const known = new WeakMap<DocumentNode, readonly GraphQLError[]>()
  return (document) => {
    const problems = known.get(document) ?? validateDocument(schema, document, limits)
    known.set(document, problems)
    return problems
  }
}

function validateDocument(schema: GraphQLSchema, document: DocumentNode, limits: Limits): readonly GraphQLError[] {
  try {
    checkDocument(document, limits)
    return validate(schema, document).map(({ message, nodes, source, positions }) => {
      return new GraphQLError(message, { nodes, source, positions, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
    })
  } catch (error) {
    return [new GraphQLError(String(error), { originalError: error as Error })]
  }
}
