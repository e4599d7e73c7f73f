import { ArgsType, Field, Int } from 'type-graphql'
import type { Connection } from '../relay/connection.js'
import { type CursorKind, toCursor } from '../relay/cursor.js'

/** The arguments of a list that clients can page through only forwards. */
@ArgsType()
export class ForwardArguments {
  @Field(() => Int, {
    nullable: true,
    description:
      'Number of rows to return from the start of the list, or after the cursor `after`: 1 to 200. Default: 20.',
  })
  first?: number

  @Field(() => String, { nullable: true, description: 'Return only rows after this cursor.' })
  after?: string
}

/** A page from rows that were read with one more than its size. `keyOf` gives the key for the cursor of a row. */
export function toForwardPage<Row>(
  rows: readonly Row[],
  { size, isFirst, cursor, keyOf, count }: ForwardPageOptions<Row>,
): Connection<Row> {
  const nodes = rows.slice(0, size)
  const toEdge = (node: Row) => ({ cursor: toCursor(cursor, { value: null, key: keyOf(node) }), node })
  return {
    nodes,
    get edges() {
      return nodes.map(toEdge)
    },
    get pageInfo() {
      const ends =
        nodes.length > 0 ? [nodes[0], nodes[nodes.length - 1]].map((node) => toEdge(node).cursor) : [null, null]
      return { hasNextPage: rows.length > size, hasPreviousPage: !isFirst, startCursor: ends[0], endCursor: ends[1] }
    },
    totalCount: count,
  }
}

interface ForwardPageOptions<Row> {
  readonly size: number
  readonly isFirst: boolean
  readonly cursor: CursorKind
  readonly keyOf: (row: Row) => number | string
  readonly count: () => Promise<number>
}
