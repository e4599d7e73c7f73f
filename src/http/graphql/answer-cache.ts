import { LRUCache } from 'lru-cache'
import type { TableChanges } from '../../db/connection/table-changes.js'

/** An answer as it was sent, with its price and the name of its operation. */
export interface KeptAnswer {
  /** A text: Node sends it together with the headers, in one call of the system. */
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly cost: number
  /** Units of the cost that are given back for rows that did not come. */
  readonly refunded: number
  readonly operationName: string | undefined
  readonly tables: readonly string[]
  /** The point of `TableChanges` before the first of its rows was read. */
  readonly readAt: number
  /** The body as it was compressed, by the Accept-Encoding header that asked for it. */
  readonly compressed: ReadonlyMap<string, CompressedBody>
}

export interface CompressedBody {
  readonly encoding: string
  readonly body: Buffer
}

/** What is needed to keep the answer to an operation. */
export interface Keeping {
  readonly key: string
  /** The point of `TableChanges` before the operation read anything. */
  readonly readAt: number
  /** Null until the document is known, and if its answer may not be kept. */
  tables: readonly string[] | null
}

/** Answers of a server, up to a number of bytes, that are valid until one of their tables changes. */
export interface AnswerCache {
  /** Undefined for an answer that is missing or outdated. */
  find(key: string): KeptAnswer | undefined
  keep(key: string, answer: KeptAnswer): void
  /** Adds a compressed form to an answer that is still kept. */
  addCompressed(key: string, answer: KeptAnswer, accepted: string, compressed: CompressedBody): void
  /** The memory in use, approximately. */
  readonly bytes: number
}

/** An answer that needs a larger part of the cache is not kept: a few large ones would displace all others. */
const LARGEST_PART = 1 / 16
/** The objects around an answer. */
const ENTRY_BYTES = 1000
/** Clients may write Accept-Encoding in any way; these are the first ones. */
const MAX_COMPRESSED = 4

export function createAnswerCache(capacity: number, tables: TableChanges): AnswerCache {
  const answers = new LRUCache<string, KeptAnswer>({
    // The library takes 0 for no limit.
    maxSize: Math.max(1, capacity),
    maxEntrySize: Math.max(1, Math.floor(capacity * LARGEST_PART)),
    sizeCalculation: weigh,
  })
  tables.onLoss(() => answers.clear())
  const find = (key: string) => {
    const answer = answers.get(key)
    if (!answer || tables.isUnchanged(answer.tables, answer.readAt)) return answer
    answers.delete(key)
    return undefined
  }
  return {
    find,
    keep(key, answer) {
      if (tables.isUnchanged(answer.tables, answer.readAt)) answers.set(key, answer)
    },
    addCompressed(key, answer, accepted, compressed) {
      if (answers.peek(key) !== answer || answer.compressed.size >= MAX_COMPRESSED) return
      answers.set(key, { ...answer, compressed: new Map(answer.compressed).set(accepted, compressed) })
    },
    get bytes() {
      return answers.calculatedSize
    },
  }
}

/** A character may take two bytes. */
function weigh({ body, compressed }: KeptAnswer, key: string): number {
  let bytes = ENTRY_BYTES + 2 * (key.length + body.length)
  for (const [accepted, { body: packed }] of compressed) bytes += 2 * accepted.length + packed.length
  return bytes
}
