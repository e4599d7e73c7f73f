import { type DocumentNode, type GraphQLSchema, getNamedType, TypeInfo, visit, visitWithTypeInfo } from 'graphql'

/** Who may reuse an answer: everybody for a while, everybody after asking the server again, or only the client. */
export type CacheScope = 'PUBLIC' | 'REVALIDATE' | 'PRIVATE'

/** The fields and types of an API whose answers may not be reused freely. */
export interface CacheRules {
  /** Fields that answer each client differently, such as `Query.viewer`. */
  readonly privateFields: ReadonlySet<string>
  /** Arguments with which a field answers each client differently, such as `mine`. */
  readonly privateArguments: ReadonlySet<string>
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
        if (rules.privateFields.has(`${types.getParentType()?.name}.${name.value}`)) scope = 'PRIVATE'
        if (scope === 'PUBLIC' && type && rules.liveTypes.has(type.name)) scope = 'REVALIDATE'
      },
      Argument({ name }) {
        if (rules.privateArguments.has(name.value)) scope = 'PRIVATE'
      },
    }),
  )
  return scope
}
