import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { JsonText } from './json-text.js'
import { findField, isPage, pricePage } from './price-field.js'
import { openPricer } from './price-operation.js'
import type { RequestedOperation } from './price-request.js'
import type { PriceList } from './prices.js'
import { isIncluded, mapFragments } from './selections.js'

type Answer = Readonly<Record<string, unknown>>
type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/**
 * The units that an operation was charged for rows of pages that did not come, in whole units. A page within the rows of
 * another page counts for each row that came. Nothing is given back for an empty page: to find that nothing matches is the
 * work. Other lists were charged by a typical number of rows and are not refunded.
 */
export function computeRefund(
  schema: GraphQLSchema,
  prices: PriceList,
  { document, operation, variables }: RequestedOperation,
  data: Answer,
): number {
  const fragments = mapFragments(document)
  const type = schema.getRootType(operation.operation)
  if (!type || !hasPages(schema, fragments, type, operation.selectionSet)) return 0
  const pricer = openPricer(schema, prices, fragments, operation, variables ?? {})
  if (!pricer) return 0

  const refund = (type: GraphQLNamedType, set: SelectionSetNode, value: Answer): number =>
    set.selections.reduce((sum, selection) => sum + refundSelection(type, selection, value), 0)

  const refundSelection = (type: GraphQLNamedType, selection: SelectionNode, value: Answer): number => {
    if (!isIncluded(selection, pricer.variables)) return 0
    if (selection.kind === Kind.FIELD) return refundField(type, selection, value)
    const below = enterFragment(schema, fragments, type, selection)
    return below ? refund(below.type, below.set, value) : 0
  }

  const refundField = (type: GraphQLNamedType, node: FieldNode, value: Answer): number => {
    const found = value[(node.alias ?? node.name).value]
    const set = node.selectionSet
    const field = set && findField(schema, type, node.name.value)
    if (!field || typeof found !== 'object' || found === null || found instanceof JsonText) return 0
    const target = getNamedType(field.type)
    if (Array.isArray(found)) {
      if (!isPage(type) || !hasPages(schema, fragments, target, set)) return 0
      return found.reduce((sum: number, row) => sum + (row === null ? 0 : refund(target, set, row)), 0)
    }
    const below = hasPages(schema, fragments, target, set) ? refund(target, set, found as Answer) : 0
    const page = pricePage(prices, type, field, node, pricer.variables)
    const came = page && countRows(found as Answer)
    if (page === null || came === null || came === 0 || came >= page.rows) return below
    return below + (page.rows - came) * (page.row + pricer.priceSelections(target, set).each)
  }
  return Math.floor(refund(pricer.root, operation.selectionSet, data))
}

/** The rows of a page: its nodes or its edges, whatever their keys. Null if it selects neither. */
function countRows(page: Answer): number | null {
  const counts = Object.values(page).flatMap((each) =>
    Array.isArray(each) ? each.length : each instanceof JsonText ? each.rows : [],
  )
  return counts.length > 0 ? Math.max(...counts) : null
}

function enterFragment(
  schema: GraphQLSchema,
  fragments: Fragments,
  type: GraphQLNamedType,
  selection: Exclude<SelectionNode, FieldNode>,
): { type: GraphQLNamedType; set: SelectionSetNode } | null {
  const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
  if (!fragment) return null
  const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value)
  return { type: condition ?? type, set: fragment.selectionSet }
}

const known = new WeakMap<SelectionSetNode, boolean>()

/** Whether a selection has a page at any depth. It is remembered for as long as its document is. */
function hasPages(schema: GraphQLSchema, fragments: Fragments, type: GraphQLNamedType, set: SelectionSetNode): boolean {
  const remembered = known.get(set)
  if (remembered !== undefined) return remembered
  const found = set.selections.some((selection) => {
    if (selection.kind !== Kind.FIELD) {
      const below = enterFragment(schema, fragments, type, selection)
      return below !== null && hasPages(schema, fragments, below.type, below.set)
    }
    const field = selection.selectionSet && findField(schema, type, selection.name.value)
    const target = field && getNamedType(field.type)
    return target && (isPage(target) || hasPages(schema, fragments, target, selection.selectionSet as SelectionSetNode))
  })
  known.set(set, Boolean(found))
  return Boolean(found)
}
