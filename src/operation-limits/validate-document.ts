import { type DocumentNode, GraphQLError, type GraphQLSchema, validate } from 'graphql'
import type { Limits } from '../limits.js'
import { checkDocument } from './check-document.js'

/**
 * Says what is wrong with a document, as errors with a code of the API: beyond a limit, or at odds with the schema. The
 * answer is remembered with the document, for it is the same for each request that sends it.
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
  } catch (error) {
    return [new GraphQLError(String(error), { originalError: error as Error })]
  }
  return validate(schema, document).map(({ message, nodes, source, positions }) => {
    return new GraphQLError(message, { nodes, source, positions, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
  })
}
