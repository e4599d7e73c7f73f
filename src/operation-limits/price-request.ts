import { type DocumentNode, type GraphQLSchema, Kind, type OperationDefinitionNode, visit } from 'graphql'
import type { Limits } from '../limits.js'
import { assertLimit } from './assert-limit.js'
import { checkVariables } from './check-variables.js'
import { priceCharacters, priceDocument } from './price-document.js'
import { priceOperation } from './price-operation.js'
import type { PriceList } from './prices.js'
import { mapFragments } from './selections.js'

/** An operation of a valid document, with the variables of the request. */
export interface RequestedOperation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
  readonly variables: Readonly<Record<string, unknown>> | null | undefined
}

export interface PricedRequest {
  readonly cost: number
  /** Number of characters in the texts of the variables. */
  readonly characters: number
}

/**
 * The price of a request: its operation, its document and its variables. Throws QUERY_TOO_COMPLEX if it costs more than
 * `maxCost`, and what `checkVariables` throws.
 */
export function priceRequest(
  schema: GraphQLSchema,
  prices: PriceList,
  { document, operation, variables }: RequestedOperation,
  { limits, maxCost }: { readonly limits: Limits; readonly maxCost: number },
): PricedRequest {
  const characters = checkVariables(variables, limits, (name) => isStored(document, name, prices.texts.unstored))
  const ofOperation = priceOperation(schema, prices, mapFragments(document), operation, variables ?? {})
  const cost = ofOperation + priceDocument(document) + priceCharacters(characters)
  assertLimit('cost of the operation', cost, maxCost)
  return { cost, characters }
}

/** Whether a variable is used anywhere but as the whole value of an argument whose text is not stored. */
function isStored(document: DocumentNode, variable: string, unstored: readonly string[]): boolean {
  let uses = 0
  let unstoredUses = 0
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      if (name.value === variable) uses++
    },
    Argument: ({ name, value }) => {
      const isUse = value.kind === Kind.VARIABLE && value.name.value === variable
      if (isUse && unstored.includes(name.value)) unstoredUses++
    },
  })
  return uses === 0 || uses > unstoredUses
}
