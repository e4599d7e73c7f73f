// biome-ignore lint/suspicious/noExplicitAny: the node of a document; each kind has other fields.
type Node = any

/** The text of a parsed document, as `print` of graphql-js writes it, without its line breaks. */
export function printDocument(document: Node): string {
  return document.definitions.map(print).join(' ')
}

function print(node: Node): string {
  const writer = WRITERS[node.kind]
  if (writer === undefined) throw new TypeError(`document: expected an operation or a fragment, got ${node.kind}`)
  return writer(node)
}

const list = (nodes: readonly Node[] | undefined, before: string, separator: string, after: string): string =>
  nodes === undefined || nodes.length === 0 ? '' : `${before}${nodes.map(print).join(separator)}${after}`
const directives = ({ directives }: Node): string => list(directives, ' ', ' ', '')
const condition = ({ typeCondition }: Node): string => (typeCondition ? ` on ${print(typeCondition)}` : '')

const WRITERS: Readonly<Record<string, (node: Node) => string>> = {
  Name: ({ value }) => value,
  OperationDefinition: (node) =>
    `${node.operation} ${node.name ? print(node.name) : ''}${list(node.variableDefinitions, '(', ', ', ')')}${directives(node)} ${print(node.selectionSet)}`,
  VariableDefinition: (node) =>
    `${print(node.variable)}: ${print(node.type)}${node.defaultValue ? ` = ${print(node.defaultValue)}` : ''}${directives(node)}`,
  Variable: ({ name }) => `$${print(name)}`,
  SelectionSet: ({ selections }) => list(selections, '{ ', ' ', ' }'),
  Field: (node) =>
    `${node.alias ? `${print(node.alias)}: ` : ''}${print(node.name)}${list(node.arguments, '(', ', ', ')')}${directives(node)}${node.selectionSet ? ` ${print(node.selectionSet)}` : ''}`,
  Argument: ({ name, value }) => `${print(name)}: ${print(value)}`,
  FragmentSpread: (node) => `...${print(node.name)}${directives(node)}`,
  InlineFragment: (node) => `...${condition(node)}${directives(node)} ${print(node.selectionSet)}`,
  FragmentDefinition: (node) =>
    `fragment ${print(node.name)}${condition(node)}${directives(node)} ${print(node.selectionSet)}`,
  IntValue: ({ value }) => value,
  FloatValue: ({ value }) => value,
  // JSON and GraphQL escape the same characters.
  StringValue: ({ value }) => JSON.stringify(value),
  BooleanValue: ({ value }) => String(value),
  NullValue: () => 'null',
  EnumValue: ({ value }) => value,
  ListValue: ({ values }) => `[${values.map(print).join(', ')}]`,
  ObjectValue: ({ fields }) => `{ ${fields.map(print).join(', ')} }`,
  ObjectField: ({ name, value }) => `${print(name)}: ${print(value)}`,
  Directive: (node) => `@${print(node.name)}${list(node.arguments, '(', ', ', ')')}`,
  NamedType: ({ name }) => print(name),
  ListType: ({ type }) => `[${print(type)}]`,
  NonNullType: ({ type }) => `${print(type)}!`,
}
