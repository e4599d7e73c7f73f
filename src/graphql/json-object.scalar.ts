import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'

/** A JSON object that the service stores and returns unchanged. The service checks its size and content. */
export const JSONObject = new GraphQLScalarType<unknown, unknown>({
  name: 'JSONObject',
  description: `A JSON object with any fields, such as {"learningRate": 0.1, "tags": ["baseline"]}.`,
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: readLiteral,
})

function readLiteral(node: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
  switch (node.kind) {
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map((field) => [field.name.value, readLiteral(field.value, variables)]))
    case Kind.LIST:
      return node.values.map((value) => readLiteral(value, variables))
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value)
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value
    case Kind.NULL:
      return null
    case Kind.VARIABLE:
      return variables?.[node.name.value] ?? null
    case Kind.ENUM:
      throw new GraphQLError(`expected a JSON value, got ${node.value}; put texts in quotes`, { nodes: node })
  }
}
