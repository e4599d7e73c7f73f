import {
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql'

/** Which fields of a schema have been asked for, and which have answered something other than null. */
export interface FieldRecord {
  add(document: string, data: unknown): void
  /** Fields of the schema, as `Type.field`, that never answered anything but null. */
  listUnanswered(): string[]
}

export function createFieldRecord(schema: GraphQLSchema): FieldRecord {
  const answered = new Set<string>()
  const record = (
    typeName: string,
    set: SelectionSetNode,
    data: unknown,
    fragments: readonly FragmentDefinitionNode[],
  ) => {
    if (Array.isArray(data)) {
      for (const each of data) record(typeName, set, each, fragments)
      return
    }
    if (data === null || data === undefined) return
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const value = (data as Record<string, unknown>)[selection.alias?.value ?? selection.name.value]
        if (value === null || value === undefined || selection.name.value.startsWith('__')) continue
        answered.add(`${typeName}.${selection.name.value}`)
        const field = (schema.getType(typeName) as GraphQLObjectType).getFields()[selection.name.value]
        if (selection.selectionSet) record(getNamedType(field.type).name, selection.selectionSet, value, fragments)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const wanted = selection.typeCondition?.name.value ?? typeName
        const actual = (data as { __typename?: string }).__typename
        if (actual === undefined || actual === wanted) record(wanted, selection.selectionSet, data, fragments)
      } else {
        const fragment = fragments.find((each) => each.name.value === selection.name.value)
        if (fragment) record(fragment.typeCondition.name.value, fragment.selectionSet, data, fragments)
      }
    }
  }
  return {
    add(document, data) {
      const { definitions } = parse(document)
      const fragments = definitions.filter(
        (each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION,
      )
      const operation = definitions.find(
        (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
      )
      if (!operation) return
      const root = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' }[operation.operation]
      record(root, operation.selectionSet, data, fragments)
    },
    listUnanswered() {
      const objects = Object.values(schema.getTypeMap()).filter(isObjectType)
      return objects
        .filter((type) => !type.name.startsWith('__'))
        .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`))
        .filter((field) => !answered.has(field))
    },
  }
}
