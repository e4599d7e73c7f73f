import { sql } from 'kysely'
import { listOf } from '../tables/lists.js'

/**
 * Packs many byte strings into one parameter. Within an array each would be sent as hexadecimal text of twice the size.
 * Returns the lists `start` and `length` for `unnest`, and the expression that cuts the bytes of each row out, for rows
 * under the alias `n`.
 */
export function packBytes(pieces: readonly Uint8Array[]) {
  const starts: number[] = []
  let next = 1
  for (const { length } of pieces) {
    starts.push(next)
    next += length
  }
  return {
    lists: {
      start: listOf('int4', starts),
      length: listOf(
        'int4',
        pieces.map(({ length }) => length),
      ),
    },
    bytes: sql<Buffer>`substring(${Buffer.concat(pieces)}::bytea from n.start for n.length)`,
  }
}
