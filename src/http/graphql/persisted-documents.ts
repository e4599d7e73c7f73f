/** Documents by their hash, as Apollo Server's automatic persisted queries store them: a key comes with its checked text. */
export interface PersistedDocuments {
  get(key: string): Promise<string | undefined>
  set(key: string, document: string): Promise<void>
  delete(key: string): Promise<boolean>
}

/** Longer ones are answered like any other, but sent whole each time. */
export const MAX_PERSISTED_CHARACTERS = 16_384

/**
 * Remembers so many documents, in this process; the one that was used least recently goes. Only what ran is remembered,
 * under the SHA-256 that was computed here, so no client can put a document under the hash of another.
 */
export function createPersistedDocuments(capacity: number): PersistedDocuments {
  const documents = new Map<string, string>()
  return {
    async get(key) {
      const document = documents.get(key)
      if (document !== undefined) {
        documents.delete(key)
        documents.set(key, document)
      }
      return document
    },
    async set(key, document) {
      if (document.length > MAX_PERSISTED_CHARACTERS) return
      documents.delete(key)
      documents.set(key, document)
      if (documents.size > capacity) documents.delete(documents.keys().next().value as string)
    },
    delete: async (key) => documents.delete(key),
  }
}
