import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'

/** Draws whole numbers from 0 to below `count`. */
export type Draw = (count: number) => number

export interface RandomOperation {
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Values for arguments, by the name of the argument or, if there are none, of its scalar. */
export type Values = Readonly<Record<string, readonly unknown[]>>

/**
 * A valid operation: random fields, nested to a limited depth, with random arguments as variables. The API may still
 * refuse it, for example for an argument that is out of its range.
 */
export function drawOperation(schema: GraphQLSchema, draw: Draw, values: Values, depth = 6): RandomOperation {
  const variables: Record<string, unknown> = {}
  const types: string[] = []
  let aliases = 0

  function drawSelection(type: GraphQLOutputType, left: number): string {
    const named = getNamedType(type)
    if (isInterfaceType(named)) {
      const chosen = schema.getPossibleTypes(named)[draw(schema.getPossibleTypes(named).length)]
      return `{ __typename ... on ${chosen.name} ${drawSelection(chosen, left)} }`
    }
    if (!isObjectType(named)) return ''
    const fields = Object.values(named.getFields()).filter((field) => left > 0 || isLeaf(field))
    const count = 1 + draw(3)
    const chosen = Array.from({ length: count }, () => fields[draw(fields.length)]).filter(Boolean)
    return `{ ${['__typename', ...chosen.map((field) => drawField(field, left - 1))].join(' ')} }`
  }

  function drawField(field: GraphQLField<unknown, unknown>, left: number): string {
    const given = field.args.filter((arg) => isNonNullType(arg.type) || draw(2) === 0)
    const args = given.map((arg) => `${arg.name}: ${addVariable(arg)}`).join(', ')
    return `f${aliases++}: ${field.name}${args && `(${args})`} ${drawSelection(field.type, left)}`
  }

  function addVariable(arg: GraphQLArgument): string {
    const name = `v${types.length}`
    types.push(`$${name}: ${arg.type}`)
    variables[name] = drawValue(arg.type, arg.name)
    return `$${name}`
  }

  function drawValue(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return drawPresent(type.ofType, name)
    return draw(12) === 0 ? null : drawPresent(type, name)
  }

  function drawPresent(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return drawPresent(type.ofType, name)
    if (isListType(type)) return Array.from({ length: draw(4) }, () => drawValue(type.ofType, name))
    if (isEnumType(type)) return type.getValues()[draw(type.getValues().length)].name
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((each) => isNonNullType(each.type) || draw(3) === 0)
      return Object.fromEntries(fields.map((each) => [each.name, drawValue(each.type, each.name)]))
    }
    const known = values[name] ?? values[type.name] ?? ['']
    return known[draw(known.length)]
  }

  const roots = [schema.getQueryType(), schema.getQueryType(), schema.getMutationType()]
  const root = roots[draw(roots.length)]!
  const selection = drawSelection(root, depth)
  const head = `${root.name.toLowerCase()} Drawn${types.length > 0 ? `(${types.join(', ')})` : ''}`
  return { document: `${head} ${selection}`, variables }
}

function isLeaf(field: GraphQLField<unknown, unknown>): boolean {
  const named = getNamedType(field.type)
  return !isObjectType(named) && !isInterfaceType(named)
}
