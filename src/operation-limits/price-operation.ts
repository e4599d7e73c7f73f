import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { type Cost, findField, priceField } from './price-field.js'
import { OPERATION_PRICE, type PriceList } from './prices.js'
import { isIncluded } from './selections.js'

const FREE: Cost = { once: 0, each: 0 }

/** Prices parts of an operation whose variables are known. */
export interface Pricer {
  readonly root: GraphQLNamedType
  /** The values of the variables of the operation. */
  readonly variables: Readonly<Record<string, unknown>>
  priceSelections(type: GraphQLNamedType, set: SelectionSetNode): Cost
}

/**
 * The price of an operation of a valid document, in whole units, at least 1. Every node of the document is visited once,
 * also a fragment that is spread several times; its price then counts for each spread. If the variables do not fit, the
 * operation does not run and costs the minimum.
 */
export function priceOperation(
  schema: GraphQLSchema,
  prices: PriceList,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): number {
  const pricer = openPricer(schema, prices, fragments, operation, given)
  if (!pricer) return OPERATION_PRICE
  const { once, each } = pricer.priceSelections(pricer.root, operation.selectionSet)
  return Math.ceil(OPERATION_PRICE + once + each)
}

/** Null if the variables do not fit the operation. */
export function openPricer(
  schema: GraphQLSchema,
  prices: PriceList,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Pricer | null {
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], given, { maxErrors: 1 })
  const root = schema.getRootType(operation.operation)
  if (!coerced || !root) return null
  const priced = new Map<string, Cost>()

  const priceSelections = (type: GraphQLNamedType, { selections }: SelectionSetNode): Cost => {
    let [once, each] = [0, 0]
    for (const selection of selections) {
      if (!isIncluded(selection, coerced)) continue
      const cost = priceSelection(type, selection)
      once += cost.once
      each += cost.each
    }
    return { once, each }
  }
  const priceSelection = (type: GraphQLNamedType, selection: SelectionNode): Cost => {
    if (selection.kind === Kind.FIELD) return priceNode(type, selection)
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition && schema.getType(selection.typeCondition.name.value)
      return priceSelections(condition ?? type, selection.selectionSet)
    }
    return priceFragment(selection.name.value)
  }
  const priceFragment = (name: string): Cost => {
    const fragment = fragments.get(name)
    const condition = fragment && schema.getType(fragment.typeCondition.name.value)
    const cost = priced.get(name) ?? (condition ? priceSelections(condition, fragment.selectionSet) : FREE)
    priced.set(name, cost)
    return cost
  }
  const priceNode = (type: GraphQLNamedType, node: FieldNode): Cost => {
    const field = findField(schema, type, node.name.value)
    if (!field) return FREE
    const below = node.selectionSet ? priceSelections(getNamedType(field.type), node.selectionSet) : FREE
    return priceField(prices, type, field, node, coerced, below)
  }
  return { root, variables: coerced, priceSelections }
}
