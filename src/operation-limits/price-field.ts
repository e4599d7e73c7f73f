import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql'
import { MAX_EXPRESSION_LENGTH } from '../activations/parse-tree.js'
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../graphql/relay/page-sizes.js'
import type { Cost } from './price-operation.js'
import {
  CHARACTER_PRICE,
  INTROSPECTION_LEAF_PRICE,
  INTROSPECTION_OBJECT_PRICE,
  LARGEST_PAGES,
  LEAF_PRICE,
  OBJECT_PRICE,
  PAGE_PRICE,
  PRICES,
  type Price,
  type Rows,
  SHORT_EXPRESSION,
  TOTAL_COUNT_PRICE,
} from './prices.js'

type Field = GraphQLField<unknown, unknown>
type Values = Readonly<Record<string, unknown>>

/** The field of that name; null for `__typename`, which costs nothing. */
export function findField(schema: GraphQLSchema, type: GraphQLNamedType, name: string): Field | null {
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  }
  return isObjectType(type) || isInterfaceType(type) ? (type.getFields()[name] ?? null) : null
}

/** What a field costs together with `below`, what is selected of it. */
export function priceField(
  type: GraphQLNamedType,
  field: Field,
  node: FieldNode,
  variables: Values,
  below: Cost,
): Cost {
  const name = `${type.name}.${field.name}`
  const price = findPrice(name, type, field)
  const values = readArguments(field, node, variables)
  const isList = isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type))
  const row = price.row ?? (isList ? OBJECT_PRICE : 0)
  const rows = countRows(name, field, price, values)
  const once = isList ? (price.own ?? 0) : (price.own ?? 0) + below.once
  const cost = once + priceExpressions(values) + rows * (isList ? row + below.once + below.each : row + below.each)
  if (!price.isEach) return { once: cost, each: 0 }
  const count = price.counted && countArgument(values, price.counted.argument, price.counted.most)
  return count === undefined ? { once: 0, each: cost } : { once: count * cost, each: 0 }
}

function findPrice(name: string, type: GraphQLNamedType, field: Field): Price {
  if (isPage(type) && field.name === 'totalCount') return { own: TOTAL_COUNT_PRICE }
  const target = getNamedType(field.type)
  const isIntrospection = type.name.startsWith('__')
  const leaf = isIntrospection ? INTROSPECTION_LEAF_PRICE : LEAF_PRICE
  const object = isIntrospection ? INTROSPECTION_OBJECT_PRICE : OBJECT_PRICE
  const isList = isListType(getNullableType(field.type))
  const own = isPage(target) ? PAGE_PRICE : isCompositeType(target) ? (isList ? 0 : object) : leaf
  const isEach = isPage(type) && isList
  return { own, isEach, ...PRICES[name] }
}

function countRows(name: string, field: Field, { rows }: Price, values: Values): number {
  if (rows !== undefined) return multiplyRows(rows, values)
  if (!isPage(getNamedType(field.type))) return 1
  const most = LARGEST_PAGES[name] ?? MAX_PAGE_SIZE
  return countArgument(values, 'last', most) ?? countArgument(values, 'first', most) ?? DEFAULT_PAGE_SIZE
}

function multiplyRows(rows: Rows, values: Values): number {
  if (typeof rows === 'number') return rows
  const count = countArgument(values, rows.argument, rows.most) ?? 1
  return rows.and === undefined ? count : count * multiplyRows(rows.and, values)
}

/** The number that an argument is, or the length of the list: what is beyond the most that a resolver takes does not run. */
function countArgument(values: Values, path: string, most: number): number | undefined {
  let value: unknown = values
  for (const key of path.split('.')) value = (value as Values | null | undefined)?.[key]
  const count = Array.isArray(value) ? value.length : value
  return typeof count === 'number' ? Math.min(Math.max(count, 0), most) : undefined
}

/** An operator is evaluated at a thousand samples, and more often for an integral: long expressions cost by their length. */
function priceExpressions(values: Values): number {
  const { expression, expressions } = { ...values, ...(values.input as Values | null | undefined) }
  let characters = 0
  for (const text of [expression, expressions].flat()) {
    // One that is too long is refused for that, and nothing of it is evaluated.
    if (typeof text !== 'string' || text.length > MAX_EXPRESSION_LENGTH) continue
    characters += Math.max(0, text.length - SHORT_EXPRESSION)
  }
  return characters * CHARACTER_PRICE
}

/** Nothing where an argument is missing: then the operation does not run. */
function readArguments(field: Field, node: FieldNode, variables: Values): Values {
  if (field.args.length === 0) return {}
  try {
    return getArgumentValues(field, node, variables)
  } catch {
    return {}
  }
}

function isPage(type: GraphQLNamedType): boolean {
  return type.name.endsWith('Connection')
}
