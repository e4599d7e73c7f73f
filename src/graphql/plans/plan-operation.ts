import {
  type DocumentNode,
  extendSchema,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { mapFragments } from '../../operation-limits/selections.js'
import { keepNamed, keepShape, PLANNED_LISTS, PLANNED_NODES } from './planned-field.js'
import { addRelations, planRelation } from './planned-relations.js'
import { addTexts, isKeptText, type TextPlanner } from './planned-text.js'
import { listFields, type PlannedDocument, readShape } from './read-shape.js'

/** Queries in which the JSON of whole lists and of kept values is copied, for the schema that can execute them. */
export interface Planner {
  readonly schema: GraphQLSchema
  /** The document with planned fields that answers the same as a valid one; null if it has nothing to plan. */
  plan(document: DocumentNode, operationName: string | null | undefined): DocumentNode | null
}

/**
 * A leaderboard of a hundred rows with runs and epochs is 1,700 objects, which PostgreSQL can write as one text. The planner
 * replaces the nodes of such a list by a field of that text, and kept values by a field of theirs. Everything around them is
 * executed by graphql-js as always. It leaves alone what it is not sure of: then the operation runs as it was sent.
 */
export function createPlanner(schema: GraphQLSchema): Planner {
  const planned = extendSchema(schema, parse(EXTENSION), { assumeValidSDL: true, assumeValid: true })
  const texts = addTexts(planned)
  addRelations(planned)
  const known = new WeakMap<DocumentNode, Map<string, DocumentNode | null>>()
  return {
    schema: planned,
    plan(document, operationName) {
      const plans = known.get(document) ?? new Map<string, DocumentNode | null>()
      known.set(document, plans)
      const name = operationName ?? ''
      let plan = plans.get(name)
      if (plan === undefined) {
        plan = planDocument(schema, texts, document, operationName)
        plans.set(name, plan)
      }
      return plan
    },
  }
}

const TYPES = [...new Set(Object.values(PLANNED_LISTS))]
const EXTENSION = `scalar PlannedText
  ${TYPES.map((type) => `extend type ${type}Connection { ${PLANNED_NODES}: PlannedText! }`).join('\n')}`

interface Parts extends PlannedDocument {
  readonly texts: TextPlanner
}

function planDocument(
  schema: GraphQLSchema,
  texts: TextPlanner,
  document: DocumentNode,
  operationName: string | null | undefined,
): DocumentNode | null {
  const operation = getOperationAST(document, operationName)
  const query = schema.getQueryType()
  if (operation?.operation !== OperationTypeNode.QUERY || !query) return null
  const parts = { schema, texts, fragments: mapFragments(document) }
  const selectionSet = planSelections(parts, query, operation.selectionSet)
  if (!selectionSet) return null
  const others = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  return { ...document, definitions: [{ ...operation, selectionSet }, ...others] }
}

/** The selections with planned fields below them; null without any, or if fields would have to be merged. */
function planSelections(parts: Parts, type: GraphQLObjectType, set: SelectionSetNode): SelectionSetNode | null {
  const fields = listFields(parts, type, [set])
  if (!fields || haveEqualKeys(fields)) return null
  // The planned schema has fields that nobody should see.
  if (fields.some(({ name }) => name.value === '__schema' || name.value === '__type')) return null
  let isPlanned = false
  const selections = fields.map((node) => {
    const below = planField(parts, type, node)
    if (below) isPlanned = true
    return below ?? node
  })
  return isPlanned ? { kind: Kind.SELECTION_SET, selections } : null
}

function planField(parts: Parts, type: GraphQLObjectType, node: FieldNode): FieldNode | null {
  const text = parts.texts.planText(type.name, node, parts.fragments)
  const planned = text ?? planRelation(parts, type, node)
  if (planned) return planned
  const field = type.getFields()[node.name.value]
  const target = field && getNamedType(field.type)
  if (!node.selectionSet || !isObjectType(target)) return null
  if (`${type.name}.${field.name}` in PLANNED_LISTS) return planList(parts, target, node, node.selectionSet)
  const selectionSet = planSelections(parts, target, node.selectionSet)
  if (!selectionSet) return null
  const whole = { ...node, selectionSet }
  const isNamed = `${type.name}.${field.name}` === 'Query.dataset' && selectionSet.selections.every(needsOnlyName)
  return isNamed ? keepNamed(whole) : whole
}

/**
 * Whether a selection of a dataset can be answered without reading the dataset first. Without a filter, PostgreSQL needs to know
 * nothing of a dataset to choose its plan: the index of the metric has the order. Kept values are found with the state of the
 * dataset, which is read by its name.
 */
function needsOnlyName(selection: SelectionNode): boolean {
  if (selection.kind !== Kind.FIELD || selection.directives?.length) return false
  const { name, arguments: given, selectionSet } = selection
  if (IN_NAME.has(name.value)) return true
  if (given?.some((argument) => argument.name.value === 'filter')) return false
  if (isKeptText(name.value)) return true
  if (name.value !== 'leaderboard') return false
  return selectionSet?.selections.every((each) => each.kind === Kind.FIELD && IN_PAGE.has(each.name.value)) ?? false
}

/** Fields of a dataset whose value is known with its name. */
const IN_NAME = new Set(['name', '__typename'])
/** Fields of a list that the statement of its page answers. */
const IN_PAGE = new Set([PLANNED_NODES, 'pageInfo', '__typename'])

function planList(
  parts: PlannedDocument,
  connection: GraphQLObjectType,
  list: FieldNode,
  set: SelectionSetNode,
): FieldNode | null {
  const fields = listFields(parts, connection, [set])
  if (!fields || haveEqualKeys(fields) || fields.some(({ name }) => name.value === 'edges')) return null
  const [nodes, ...more] = fields.filter(({ name }) => name.value === 'nodes')
  const type = getNamedType(connection.getFields().nodes.type)
  if (!nodes?.selectionSet || more.length > 0 || !isObjectType(type)) return null
  const shape = readShape(parts, type, [nodes.selectionSet])
  if (!shape) return null
  const text: FieldNode = {
    ...nodes,
    alias: nodes.alias ?? nodes.name,
    name: { kind: Kind.NAME, value: PLANNED_NODES },
    selectionSet: undefined,
  }
  const selections = fields.map((field) => (field === nodes ? text : field))
  return keepShape({ ...list, selectionSet: { kind: Kind.SELECTION_SET, selections } }, shape)
}

function haveEqualKeys(fields: readonly FieldNode[]): boolean {
  return new Set(fields.map(({ alias, name }) => (alias ?? name).value)).size < fields.length
}
