import type { DocumentNode } from 'graphql'

/** Parsed documents, as Apollo Server's document store keeps them. */
export interface DocumentCache {
  get(key: string): Promise<DocumentNode | undefined>
  set(key: string, document: DocumentNode): Promise<void>
  delete(key: string): Promise<boolean>
}

/** What all remembered documents may take of memory, about. */
export const CACHE_BYTES = 2 ** 25
/** A token with its node and their places. */
const BYTES_A_TOKEN = 400

/**
 * Remembers parsed documents up to so many bytes of memory; the one that was used least recently goes. A document is
 * weighed as it lies in memory, with its text and its comments: Apollo's own store weighs it as JSON, which has neither.
 */
export function createDocumentCache(capacity = CACHE_BYTES): DocumentCache {
  const documents = new Map<string, { document: DocumentNode; bytes: number }>()
  let bytes = 0
  const forget = (key: string): boolean => {
    bytes -= documents.get(key)?.bytes ?? 0
    return documents.delete(key)
  }
  return {
    async get(key) {
      const known = documents.get(key)
      if (!known) return undefined
      documents.delete(key)
      documents.set(key, known)
      return known.document
    },
    async set(key, document) {
      forget(key)
      const own = weighDocument(document)
      // A few that are large are no reason to forget all others.
      if (own > capacity / 16) return
      documents.set(key, { document, bytes: own })
      bytes += own
      while (bytes > capacity) forget(documents.keys().next().value as string)
    },
    delete: async (key) => forget(key),
  }
}

/** Bytes that a parsed document keeps in memory, about: its text, and its tokens, comments among them. */
export function weighDocument({ loc }: DocumentNode): number {
  let tokens = 0
  for (let token = loc?.startToken; token; token = token.next ?? undefined) tokens++
  return (loc?.source.body.length ?? 0) + BYTES_A_TOKEN * tokens
}
