import type { initGraphQLTada, TadaDocumentNode } from 'gql.tada'
import type { introspection } from './schema-types.js'

/**
 * Marks a text as a query of the schema, so that its result and variables have types. Fragments follow in a list:
 * `graphql('query A { service { ...B } }', [B])`. At run time a query is its text, so no parser is shipped.
 */
export const graphql = ((text: string, fragments: readonly unknown[] = []) =>
  [text, ...fragments].join('\n')) as unknown as initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  scalars: { DateTime: string; JSONObject: Record<string, unknown> }
}>

/** A query or subscription with the types of its result and variables. */
export type Operation<Result, Variables> = TadaDocumentNode<Result, Variables>

export type { ResultOf } from 'gql.tada'

/** The text of a query. Indentation makes an address a third longer. */
export function minify(query: string): string {
  return query.replace(/\s+/g, ' ').trim()
}
