import { type DocumentNode, type GraphQLSchema, getNamedType, TypeInfo, visit, visitWithTypeInfo } from 'graphql'

/** For whom an answer is good: everybody for a while, everybody at this moment only, or the one who asks. */
export type CacheScope = 'PUBLIC' | 'REVALIDATE' | 'PRIVATE'

const PERSONAL_FIELDS: ReadonlySet<string | undefined> = new Set(['viewer', 'rateLimit', 'apiKeys'])
/** What changes from second to second while somebody watches; a Node may be any of them. */
const LIVE_TYPES: ReadonlySet<string | undefined> = new Set([
  'Node',
  'Search',
  'SearchConnection',
  'Suggestion',
  'SuggestionConnection',
  'TrainingJob',
  'TrainingJobConnection',
  'Worker',
])

/** For whom the answers to a valid document are good. */
export function findCacheScope(schema: GraphQLSchema, document: DocumentNode): CacheScope {
  let scope: CacheScope = 'PUBLIC'
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        if (types.getParentType() === schema.getQueryType() && PERSONAL_FIELDS.has(name.value)) scope = 'PRIVATE'
        if (scope === 'PUBLIC' && LIVE_TYPES.has(getNamedType(types.getType())?.name)) scope = 'REVALIDATE'
      },
    }),
  )
  return scope
}
