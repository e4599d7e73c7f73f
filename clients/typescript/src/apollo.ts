import type { FieldPolicy, TypePolicies } from '@apollo/client'
import { CONNECTIONS, MERGED_FIELDS, POSSIBLE_TYPES } from './generated/schema.js'

/** For `new InMemoryCache({ possibleTypes, typePolicies })`: the types of `Node`. */
export const possibleTypes: Record<string, string[]> = Object.fromEntries(
  Object.entries(POSSIBLE_TYPES).map(([name, types]) => [name, [...types]]),
)

/** A list as the cache stores it: pages that follow each other are one list. */
interface StoredConnection {
  readonly edges?: readonly { readonly node?: object }[]
  readonly nodes?: readonly object[]
  readonly pageInfo?: { readonly endCursor?: string | null }
  /** The number of items up to the end of each page, by the cursor there. */
  readonly ends?: Readonly<Record<string, number>>
}

/**
 * The policies of all types. Pages of a list, by `edges` or by `nodes`, are joined as with `relayStylePagination`, which joins
 * only `edges`. Other arguments than `first` and `after` make another list.
 */
export const typePolicies: TypePolicies = Object.fromEntries(
  [...new Set([...Object.keys(CONNECTIONS), ...Object.keys(MERGED_FIELDS)])].map((type) => [
    type,
    { fields: policiesOf(type) },
  ]),
)

function policiesOf(type: string): Record<string, FieldPolicy> {
  const connections = Object.entries(CONNECTIONS[type] ?? {}).map(([name, keyArgs]) => [name, joinPages(keyArgs)])
  const objects = (MERGED_FIELDS[type] ?? []).map((name) => [name, { merge: true }])
  return Object.fromEntries([...connections, ...objects])
}

function joinPages(keyArgs: readonly string[]): FieldPolicy<StoredConnection> {
  return {
    keyArgs: [...keyArgs],
    read(existing, { canRead }) {
      if (existing === undefined) return existing
      const { ends: _, ...connection } = existing
      // Objects that were deleted from the cache leave their places.
      return {
        ...connection,
        ...(existing.edges && {
          edges: existing.edges.filter(({ node }) => node === undefined || canRead(node as never)),
        }),
        ...(existing.nodes && {
          nodes: existing.nodes.filter((node) => typeof node !== 'object' || canRead(node as never)),
        }),
      }
    },
    merge(existing, incoming, { args }) {
      const after = args?.after as string | null | undefined
      const start = after ? existing?.ends?.[after] : 0
      // A page whose place is not known stands for itself.
      const kept = start ? existing : undefined
      const join = <Item>(before: readonly Item[] | undefined, added: readonly Item[] | undefined) =>
        added === undefined ? before?.slice(0, start) : [...(before?.slice(0, start) ?? []), ...added]
      const edges = join(kept?.edges, incoming.edges)
      const nodes = join(kept?.nodes, incoming.nodes)
      const count = Math.max(edges?.length ?? 0, nodes?.length ?? 0)
      const { endCursor } = incoming.pageInfo ?? {}
      const earlier = Object.entries(kept?.ends ?? {}).filter(([, end]) => end <= (start ?? 0))
      return {
        ...existing,
        ...incoming,
        ...(edges && { edges }),
        ...(nodes && { nodes }),
        ends: { ...Object.fromEntries(earlier), ...(endCursor && { [endCursor]: count }) },
      }
    },
  }
}
