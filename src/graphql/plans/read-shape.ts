import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { findShapedField, type RowShape, type ShapedField, type ShapedType } from '../../db/loaders.js'

export interface PlannedDocument {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
}

/** More fields of one row are not planned: a statement has a limit, and texts of statements are kept. */
const MOST_FIELDS = 200

/** The name of the field, in the planned schema only, that is the JSON of the one with this name. */
export function toPlanned(name: string): string {
  return `planned${name[0].toUpperCase()}${name.slice(1)}`
}

/**
 * The fields that selections of an object ask for, without fragments, each node in its place. Null if a directive decides
 * about a fragment.
 */
export function listFields(
  document: PlannedDocument,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): FieldNode[] | null {
  const found: FieldNode[] = []
  const visit = ({ selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return found.push(selection)
      if (selection.directives?.length) return false
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : document.fragments.get(selection.name.value)
      if (!fragment || fragment.directives?.length) return false
      return !applies(document.schema, type, fragment.typeCondition?.name.value) || visit(fragment.selectionSet)
    })
  return sets.every(visit) ? found : null
}

function applies(schema: GraphQLSchema, type: GraphQLObjectType, condition: string | undefined): boolean {
  if (condition === undefined || condition === type.name) return true
  const abstract = schema.getType(condition)
  return isAbstractType(abstract) && schema.isSubType(abstract, type)
}

/**
 * The shape of the rows that a selection of the type asks for. Null if a field needs more than a copy of columns: arguments,
 * directives, or values that this process computes.
 */
export function readShape(
  document: PlannedDocument,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): RowShape | null {
  const nodes = listFields(document, type, sets)
  if (!nodes) return null
  const byKey = new Map<string, FieldNode[]>()
  for (const node of nodes) {
    const key = node.alias?.value ?? node.name.value
    byKey.set(key, [...(byKey.get(key) ?? []), node])
  }
  if (byKey.size > MOST_FIELDS) return null
  const fields: ShapedField[] = []
  for (const [key, same] of byKey) {
    const field = readField(document, type, key, same)
    if (!field) return null
    fields.push(field)
  }
  return { type: type.name as ShapedType, fields }
}

function readField(
  document: PlannedDocument,
  type: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
): ShapedField | null {
  if (nodes.some(({ directives, arguments: given }) => directives?.length || given?.length)) return null
  const name = nodes[0].name.value
  const target = findShapedField(type.name as ShapedType, name, key)
  if (target === undefined) return null
  if (target === null) return { key, name }
  const below = document.schema.getType(target)
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  const shape = isObjectType(below) ? readShape(document, below, sets) : null
  return shape && { key, name, below: shape }
}
