import { CONNECTIONS, KEYLESS_TYPES, POSSIBLE_TYPES } from './generated/schema.js'

/** Options for `cacheExchange` of @urql/exchange-graphcache. */
export interface GraphcacheOptions<Resolver> {
  readonly keys: Record<string, () => null>
  readonly possibleTypes: Record<string, string[]>
  readonly resolvers: Record<string, Record<string, Resolver>>
}

/**
 * The facts of the schema for the normalised cache of urql: types without an id, the types of `Node`, and lists whose pages are joined.
 * `relayPagination` comes from `@urql/exchange-graphcache/extras`.
 */
export function graphcacheOptions<Resolver>(relayPagination: () => Resolver): GraphcacheOptions<Resolver> {
  return {
    keys: Object.fromEntries(KEYLESS_TYPES.map((name) => [name, () => null])),
    possibleTypes: Object.fromEntries(Object.entries(POSSIBLE_TYPES).map(([name, types]) => [name, [...types]])),
    resolvers: Object.fromEntries(
      Object.entries(CONNECTIONS).map(([type, fields]) => [
        type,
        Object.fromEntries(Object.keys(fields).map((field) => [field, relayPagination()])),
      ]),
    ),
  }
}
