import {
  defaultFieldResolver,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFieldResolver,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  isObjectType,
  isScalarType,
  Kind,
  OperationTypeNode,
  print,
  type SelectionSetNode,
} from 'graphql'
import { JsonText } from '../../operation-limits/json-text.js'
import { measureAnswer } from '../../operation-limits/measure-answer.js'
import { toPlanned } from './read-shape.js'

/** Fields whose values stay the same objects until their dataset changes, so that their JSON can be kept beside them. */
const KEPT_FIELDS: readonly (readonly [type: string, field: string])[] = [
  ['Dataset', 'statistics'],
  ['Dataset', 'groups'],
]
const KEPT_TEXTS = new Set(KEPT_FIELDS.map(([, field]) => toPlanned(field)))
/** Of each value, the text of its last selection is kept if it is not longer, in characters. */
const MOST_KEPT = 2 ** 16

/** A selection below a field that writes itself as JSON. */
interface Writer {
  /** Equal for equal selections. */
  readonly selection: string
  /** Throws the error of a field. */
  write(value: unknown): JsonText
}

interface Kept {
  readonly selection: string
  readonly text: JsonText
}

export type TextPlanner = ReturnType<typeof addTexts>

/**
 * Adds fields to a planned schema whose values are the JSON of others, by the scalar `PlannedText`. Statistics with groups are
 * 129 objects, which otherwise are executed, measured and written for each request. Only the last step differs: the resolvers of
 * the fields find the values as always.
 */
export function addTexts(schema: GraphQLSchema) {
  const writers = new WeakMap<FieldNode, Writer>()
  const kept = new WeakMap<object, Kept>()
  const schemas = new Map<string, GraphQLSchema>()
  const scalar = schema.getType('PlannedText')
  if (!isScalarType(scalar)) throw new Error('expected a schema with the scalar PlannedText, got one without it')

  for (const [typeName, name] of KEPT_FIELDS) {
    const type = schema.getType(typeName)
    if (!isObjectType(type)) throw new Error(`expected an object type ${typeName}, got none`)
    const fields = type.getFields()
    const { resolve: find = defaultFieldResolver, ...field } = fields[name]
    const resolve: GraphQLFieldResolver<unknown, unknown> = async (source, args, context, info) =>
      textOf(await find(source, args, context, info), writers.get(info.fieldNodes[0]))
    fields[toPlanned(name)] = { ...field, name: toPlanned(name), type: new GraphQLNonNull(scalar), resolve }
    const query = new GraphQLObjectType({ name: 'Kept', fields: { value: { type: field.type } } })
    schemas.set(`${typeName}.${name}`, new GraphQLSchema({ query, assumeValid: true }))
  }

  function textOf(value: unknown, writer: Writer | undefined): JsonText {
    if (!writer || typeof value !== 'object' || value === null)
      throw new Error('expected a planned field and its value')
    const known = kept.get(value)
    if (known?.selection === writer.selection) return known.text
    const text = writer.write(value)
    if (text.text.length <= MOST_KEPT) kept.set(value, { selection: writer.selection, text })
    return text
  }

  return {
    /** The field of the JSON of another field of a type; null if its selection depends on more than the value. */
    planText(
      typeName: string,
      node: FieldNode,
      fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    ): FieldNode | null {
      const ofValue = schemas.get(`${typeName}.${node.name.value}`)
      if (!ofValue || !node.selectionSet || !isConstant(fragments, node.selectionSet)) return null
      const name = { kind: Kind.NAME, value: toPlanned(node.name.value) } as const
      const planned = { ...node, alias: node.alias ?? node.name, name, selectionSet: undefined }
      writers.set(planned, createWriter(ofValue, node.selectionSet, fragments))
      return planned
    },
  }
}

/** Whether a field of a planned schema is the text of a kept value of a dataset. */
export function isKeptText(name: string): boolean {
  return KEPT_TEXTS.has(name)
}

/** Whether no directive and no argument decides about a selection. */
function isConstant(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  set: SelectionSetNode,
  seen = new Set<string>(),
): boolean {
  return set.selections.every((selection) => {
    if (selection.directives?.length) return false
    if (selection.kind === Kind.FIELD) {
      const below = selection.selectionSet
      return !selection.arguments?.length && (!below || isConstant(fragments, below, seen))
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) return isConstant(fragments, selection.selectionSet, seen)
    const name = selection.name.value
    if (seen.has(name)) return true
    seen.add(name)
    const fragment = fragments.get(name)
    return fragment !== undefined && !fragment.directives?.length && isConstant(fragments, fragment.selectionSet, seen)
  })
}

/** graphql-js executes the selection, so aliases, fragments and errors are those of any other field. */
function createWriter(
  schema: GraphQLSchema,
  selectionSet: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Writer {
  const value: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'value' }, selectionSet }
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        selectionSet: { kind: Kind.SELECTION_SET, selections: [value] },
      },
      ...fragments.values(),
    ],
  } as const
  return {
    selection: print(document),
    write(found) {
      const { data, errors } = executeSync({ schema, document, rootValue: { value: found } })
      if (errors || !data) throw errors?.[0] ?? new Error('expected the data of a value, got none')
      return new JsonText(JSON.stringify(data.value), 0, measureAnswer(data.value))
    },
  }
}
