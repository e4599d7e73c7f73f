import { type DocumentNode, type GraphQLSchema, getNamedType, TypeInfo, visit, visitWithTypeInfo } from 'graphql'

/** For whom an answer is good: everybody for a while, everybody at this moment only, or the one who asks. */
export type Audience = 'ALL' | 'ALL_FOR_NOW' | 'ONE'

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
export function findAudience(schema: GraphQLSchema, document: DocumentNode): Audience {
  let audience: Audience = 'ALL'
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        if (types.getParentType() === schema.getQueryType() && PERSONAL_FIELDS.has(name.value)) audience = 'ONE'
        if (audience === 'ALL' && LIVE_TYPES.has(getNamedType(types.getType())?.name)) audience = 'ALL_FOR_NOW'
      },
    }),
  )
  return audience
}
