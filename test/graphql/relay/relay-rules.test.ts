import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql'
import { createSchema } from '../../../src/graphql/schema.js'

// The rules of graphql-schema-linter and of the plugin @graphql-eslint for Relay; see tools/clients/README.md.
const schema = createSchema()
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))
const composite = types.filter((type) => isObjectType(type) || isInterfaceType(type))
const connections = types.filter(({ name }) => name.endsWith('Connection')) as GraphQLObjectType[]
const shape = (type: { getFields(): Record<string, { type: unknown }> }) =>
  Object.fromEntries(Object.entries(type.getFields()).map(([name, field]) => [name, String(field.type)]))

test('PageInfo says whether there is more, and its cursors may be null', () => {
  assert.deepEqual(shape(schema.getType('PageInfo') as GraphQLObjectType), {
    hasNextPage: 'Boolean!',
    hasPreviousPage: 'Boolean!',
    startCursor: 'String',
    endCursor: 'String',
  })
})

test('every connection has edges, nodes, pageInfo and totalCount, and its edges have a cursor and a node', () => {
  assert.ok(connections.length >= 9)
  for (const connection of connections) {
    assert.ok(isObjectType(connection), connection.name)
    const { edges, nodes, ...rest } = shape(connection)
    assert.deepEqual(rest, { pageInfo: 'PageInfo!', totalCount: 'Int!' }, connection.name)
    const edge = getNamedType(connection.getFields().edges.type) as GraphQLObjectType
    assert.deepEqual([edges, edge.name], [`[${edge.name}!]!`, connection.name.replace(/Connection$/, 'Edge')])
    const { cursor, node } = shape(edge)
    assert.deepEqual([cursor, nodes], ['String!', `[${node}]!`], edge.name)
    const type = getNamedType(edge.getFields().node.type)
    assert.ok(!connections.includes(type as GraphQLObjectType) && !isUnionType(type), edge.name)
  }
})

test('every field that returns a connection has all four arguments of a page, which may be left out', () => {
  const fields = composite.flatMap((type) => Object.values(type.getFields())) as GraphQLField<unknown, unknown>[]
  const lists = fields.filter(({ type }) => getNamedType(type).name.endsWith('Connection'))
  assert.ok(lists.length >= connections.length)
  for (const { name, args, type } of lists) {
    const pages = args.filter((arg) => ['first', 'after', 'last', 'before'].includes(arg.name))
    const shown = Object.fromEntries(pages.map((arg) => [arg.name, String(arg.type)]))
    assert.deepEqual(shown, { first: 'Int', after: 'String', last: 'Int', before: 'String' }, name)
    assert.ok(String(type).endsWith('!'), name)
  }
})

test('node returns every object with a global id', () => {
  const { node } = schema.getQueryType()?.getFields() ?? {}
  assert.deepEqual([String(node.type), node.args.map((arg) => `${arg.name}: ${arg.type}`)], ['Node', ['id: ID!']])
  // What a mutation has deleted has no other fields than its id.
  for (const type of composite.filter(({ name }) => !/^Delete\w+Payload$/.test(name))) {
    const isNode = type.name === 'Node' || type.getInterfaces().some(({ name }) => name === 'Node')
    const { id } = type.getFields()
    assert.equal(isNode, id !== undefined, `${type.name}.id`)
    if (isNode) assert.equal(String(id.type), 'ID!', type.name)
  }
})
