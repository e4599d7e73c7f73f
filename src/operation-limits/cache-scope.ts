import { type DocumentNode, type GraphQLSchema, getNamedType, TypeInfo, visit, visitWithTypeInfo } from 'graphql'

/** Who may reuse an answer: everybody for a while, everybody after asking the server again, or only the client. */
export type CacheScope = 'PUBLIC' | 'REVALIDATE' | 'PRIVATE'

/** The fields and types of an API whose answers may not be reused freely. */
export interface CacheRules {
  /** Fields of the query type that answer each client differently. */
  readonly privateFields: ReadonlySet<string>
  /** Types whose objects change from second to second. */
  readonly liveTypes: ReadonlySet<string>
}

/** Who may reuse the answers to a valid document. */
export function findCacheScope(schema: GraphQLSchema, rules: CacheRules, document: DocumentNode): CacheScope {
  let scope: CacheScope = 'PUBLIC'
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        const type = getNamedType(types.getType())
        if (types.getParentType() === schema.getQueryType() && rules.privateFields.has(name.value)) scope = 'PRIVATE'
        if (scope === 'PUBLIC' && type && rules.liveTypes.has(type.name)) scope = 'REVALIDATE'
      },
    }),
  )
  return scope
}
