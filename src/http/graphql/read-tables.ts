import type { DocumentNode, GraphQLSchema } from 'graphql'
import { FIELD_READS } from '../../graphql/field-reads.js'
import { findReads } from '../../operation-limits/find-reads.js'

/** The tables from which the answer to a document is read, or null if it may depend on anything else. */
export type ReadTables = (document: DocumentNode) => readonly string[] | null

/** Remembers what it found for each parsed document, as long as that is cached. */
export function createReadTables(schema: GraphQLSchema): ReadTables {
  const known = new WeakMap<DocumentNode, { readonly tables: readonly string[] | null }>()
  return (document) => {
    const found = known.get(document) ?? { tables: findReads(schema, FIELD_READS, document) }
    known.set(document, found)
    return found.tables
  }
}
