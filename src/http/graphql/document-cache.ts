import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

/** Parsed documents, as Apollo Server's document store keeps them. */
export interface DocumentCache {
  get(key: string): Promise<DocumentNode | undefined>
  set(key: string, document: DocumentNode): Promise<void>
  delete(key: string): Promise<boolean>
}

/** The memory for all cached documents, approximately. */
export const CACHE_BYTES = 2 ** 25
/** A token with its node and their locations. */
const BYTES_PER_TOKEN = 400
/** A document that needs a larger part of the cache is not cached: a few large ones would displace all others. */
const LARGEST_PART = 1 / 16

/**
 * Caches parsed documents up to a number of bytes; the least recently used one goes first. A document counts with the
 * memory that it uses, including its text and comments. Apollo's own store counts its JSON, which has neither.
 */
export function createDocumentCache(capacity = CACHE_BYTES): DocumentCache {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: capacity,
    maxEntrySize: Math.floor(capacity * LARGEST_PART),
    sizeCalculation: weighDocument,
  })
  return {
    get: async (key) => documents.get(key),
    set: async (key, document) => void documents.set(key, document),
    delete: async (key) => documents.delete(key),
  }
}

/** The bytes that a parsed document uses, approximately: its text, and its tokens, including comments. */
export function weighDocument({ loc }: DocumentNode): number {
  let tokens = 0
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens++
  return (loc?.source.body.length ?? 0) + BYTES_PER_TOKEN * tokens
}
