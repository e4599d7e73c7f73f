import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { OPERATIONS } from '../../api-client/operations.js'

/** Documents by their hash, as Apollo Server's automatic persisted queries store them. Apollo checks text and hash. */
export interface PersistedDocuments {
  get(key: string): Promise<string | undefined>
  set(key: string, document: string): Promise<void>
  delete(key: string): Promise<boolean>
}

/** A longer document is answered, but clients must send its text each time. */
export const MAX_PERSISTED_CHARACTERS = 16_384

/**
 * Keeps up to `capacity` documents in this process; the least recently used one goes first. Only documents that ran are kept, under
 * the SHA-256 that was computed here, so no client can put a document under the hash of another one. The documents of
 * `operations/` are always there.
 */
export function createPersistedDocuments(capacity: number): PersistedDocuments {
  const documents = new LRUCache<string, string>({ max: Math.max(capacity, 1) })
  const shipped = new Map([...OPERATIONS.values()].map((document) => [toKey(document), document]))
  return {
    get: async (key) => documents.get(key) ?? shipped.get(key),
    async set(key, document) {
      if (capacity > 0 && document.length <= MAX_PERSISTED_CHARACTERS) documents.set(key, document)
    },
    delete: async (key) => documents.delete(key),
  }
}

/** The key under which Apollo Server asks for a document. */
function toKey(document: string): string {
  return `apq:${createHash('sha256').update(document).digest('hex')}`
}
