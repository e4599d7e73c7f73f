import { type DocumentNode, type GraphQLSchema, isInterfaceType, TypeInfo, visit, visitWithTypeInfo } from 'graphql'

/**
 * The tables that the fields of an API are read from, by the names of the type and of the field. A field that is not listed
 * depends on more than tables: on the client, on the time, or on something that nobody declared.
 */
export type FieldReads = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

/**
 * The tables from which the answer to a valid document is read, or null if it may depend on anything else. Each operation
 * and each fragment of the document counts, also if a request does not use it.
 */
export function findReads(schema: GraphQLSchema, reads: FieldReads, document: DocumentNode): readonly string[] | null {
  const tables = new Set<string>()
  let isDeclared = true
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      OperationDefinition({ operation }) {
        if (operation !== 'query') isDeclared = false
      },
      Field({ name: { value: name } }) {
        if (name === '__typename') return
        const parent = types.getParentType()
        const declared = parent && !isInterfaceType(parent) ? reads.get(parent.name)?.get(name) : undefined
        if (declared) for (const table of declared) tables.add(table)
        else isDeclared = false
      },
    }),
  )
  return isDeclared ? [...tables] : null
}
