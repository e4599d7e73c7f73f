import type { Connection } from '../relay/connection.js'
import { type CursorKind, toCursor } from '../relay/cursor.js'

interface PageOfRows<Row> {
  readonly nodes: readonly Row[]
  readonly hasPreviousPage: boolean
  readonly hasNextPage: boolean
  readonly cursor: CursorKind
  /** The key for the cursor of a row. */
  readonly keyOf: (row: Row) => number | string
  readonly count: () => Promise<number>
}

/** A connection of rows that no statement of the database pages through. */
export function toConnection<Row>({
  nodes,
  hasPreviousPage,
  hasNextPage,
  cursor,
  keyOf,
  count,
}: PageOfRows<Row>): Connection<Row> {
  const toEdge = (node: Row) => ({ cursor: toCursor(cursor, { value: null, key: keyOf(node) }), node })
  return {
    nodes: [...nodes],
    get edges() {
      return nodes.map(toEdge)
    },
    get pageInfo() {
      const [startCursor, endCursor] =
        nodes.length > 0 ? [nodes[0], nodes[nodes.length - 1]].map((node) => toEdge(node).cursor) : [null, null]
      return { hasNextPage, hasPreviousPage, startCursor, endCursor }
    },
    totalCount: count,
  }
}
