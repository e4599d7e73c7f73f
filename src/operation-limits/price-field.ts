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
import { leaveOutNulls } from './absent-arguments.js'
import {
  CHARACTER_PRICE,
  INTROSPECTION_LEAF_PRICE,
  INTROSPECTION_OBJECT_PRICE,
  LEAF_PRICE,
  MOST_PASSED_ROWS,
  OBJECT_PRICE,
  PAGE_PRICE,
  PASSED_ROW_PRICE,
  type Price,
  type PriceList,
  type Rows,
  SHORT_EXPRESSION,
  TOTAL_COUNT_PRICE,
} from './prices.js'

/** Units that are charged once, and units that are charged for each row of the field above. */
export interface Cost {
  readonly once: number
  readonly each: number
}

type Field = GraphQLField<unknown, unknown>
type Values = Readonly<Record<string, unknown>>

/** The field with this name; null for `__typename`, which costs nothing. */
export function findField(schema: GraphQLSchema, type: GraphQLNamedType, name: string): Field | null {
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  }
  return isObjectType(type) || isInterfaceType(type) ? (type.getFields()[name] ?? null) : null
}

/** The price of a field together with `below`, the price of its selection. */
export function priceField(
  prices: PriceList,
  type: GraphQLNamedType,
  field: Field,
  node: FieldNode,
  variables: Values,
  below: Cost,
): Cost {
  const name = `${type.name}.${field.name}`
  const price = findPrice(prices, name, type, field)
  const values = readArguments(field, node, variables)
  const isList = isListType(getNullableType(field.type)) && isCompositeType(getNamedType(field.type))
  const row = price.row ?? (isList ? OBJECT_PRICE : 0)
  const rows = countRows(prices, name, field, price, values)
  const once = isList ? (price.own ?? 0) : (price.own ?? 0) + below.once
  const passed = isPage(getNamedType(field.type)) ? (countArgument(values, 'offset', MOST_PASSED_ROWS) ?? 0) : 0
  const cost =
    once +
    passed * PASSED_ROW_PRICE +
    (values === NO_VALUES ? 0 : priceTexts(prices, values)) +
    priceText(price, values) +
    rows * (isList ? row + below.once + below.each : row + below.each)
  if (!price.isEach) return { once: cost, each: 0 }
  const count = price.counted && countArgument(values, price.counted.argument, price.counted.most)
  return count === undefined ? { once: 0, each: cost } : { once: count * cost, each: 0 }
}

/** The number of rows that a page field is charged for, and the price of each besides its fields. Null for other fields. */
export function pricePage(
  prices: PriceList,
  type: GraphQLNamedType,
  field: Field,
  node: FieldNode,
  variables: Values,
): { readonly rows: number; readonly row: number } | null {
  if (!isPage(getNamedType(field.type))) return null
  const name = `${type.name}.${field.name}`
  const price = findPrice(prices, name, type, field)
  return { rows: countRows(prices, name, field, price, readArguments(field, node, variables)), row: price.row ?? 0 }
}

/** A field of a type has one price, and each request with variables is priced anew. */
const known = new WeakMap<PriceList, WeakMap<Field, Price>>()

function findPrice(prices: PriceList, name: string, type: GraphQLNamedType, field: Field): Price {
  const ofList = known.get(prices) ?? new WeakMap<Field, Price>()
  known.set(prices, ofList)
  const price = ofList.get(field) ?? makePrice(prices, name, type, field)
  ofList.set(field, price)
  return price
}

function makePrice(prices: PriceList, name: string, type: GraphQLNamedType, field: Field): Price {
  if (isPage(type) && field.name === 'totalCount') return { own: TOTAL_COUNT_PRICE }
  const target = getNamedType(field.type)
  const isIntrospection = type.name.startsWith('__')
  const leaf = isIntrospection ? INTROSPECTION_LEAF_PRICE : LEAF_PRICE
  const object = isIntrospection ? INTROSPECTION_OBJECT_PRICE : OBJECT_PRICE
  const isList = isListType(getNullableType(field.type))
  const own = isPage(target) ? PAGE_PRICE : isCompositeType(target) ? (isList ? 0 : object) : leaf
  const isEach = isPage(type) && isList
  return { own, isEach, ...prices.fields[name] }
}

function countRows({ pages }: PriceList, name: string, field: Field, { rows }: Price, values: Values): number {
  if (rows !== undefined) return multiplyRows(rows, values)
  if (!isPage(getNamedType(field.type))) return 1
  const most = pages.maxSizes[name] ?? pages.maxSize
  return countArgument(values, 'last', most) ?? countArgument(values, 'first', most) ?? pages.defaultSize
}

function multiplyRows(rows: Rows, values: Values): number {
  if (typeof rows === 'number') return rows
  const count = countArgument(values, rows.argument, rows.most) ?? 1
  return rows.and === undefined ? count : count * multiplyRows(rows.and, values)
}

/** The price of a long text by its length. */
function priceText({ text }: Price, values: Values): number {
  const value = text && readPath(values, text.argument)
  return text && typeof value === 'string' ? text.character * text.count(value) : 0
}

function readPath(values: Values, path: string): unknown {
  let value: unknown = values
  for (const key of path.split('.')) value = (value as Values | null | undefined)?.[key]
  return value
}

/** The value of an argument, or the length of a list. Resolvers refuse more than `most`, so more is not charged. */
function countArgument(values: Values, path: string, most: number): number | undefined {
  const value = readPath(values, path)
  const count = Array.isArray(value) ? value.length : value
  return typeof count === 'number' ? Math.min(Math.max(count, 0), most) : undefined
}

/** Long expressions cost by their length: an operator is evaluated at a thousand samples, and more often for an integral. */
function priceTexts({ texts }: PriceList, values: Values): number {
  const given: Values = { ...values, ...(values.input as Values | null | undefined) }
  // Rows of an input have expressions too.
  const sources = [given, ...Object.values(given).filter(Array.isArray).flat().filter(isObject)]
  let characters = 0
  for (const text of sources.flatMap((source) => texts.arguments.flatMap((name) => source[name]))) {
    if (typeof text === 'string' && text.length <= texts.maxLength) {
      characters += Math.max(0, text.length - SHORT_EXPRESSION)
    }
  }
  return characters * CHARACTER_PRICE
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null
}

const NO_VALUES: Values = {}

/** Empty if an argument is missing, because then the operation does not run. */
function readArguments(field: Field, node: FieldNode, variables: Values): Values {
  if (field.args.length === 0) return NO_VALUES
  try {
    return leaveOutNulls(field.args, getArgumentValues(field, node, variables))
  } catch {
    return {}
  }
}

/** Whether a type is a page of a list. */
export function isPage(type: GraphQLNamedType): boolean {
  return type.name.endsWith('Connection')
}
