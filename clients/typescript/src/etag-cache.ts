/** An answer with its ETag. */
export interface CachedAnswer {
  readonly etag: string
  readonly text: string
}

/** Answers by their address, in memory. The one that was not used longest goes first. */
export interface EtagCache {
  find(address: string): CachedAnswer | undefined
  store(address: string, answer: CachedAnswer): void
}

/** `capacity` is the number of characters of text to keep, approximately. 0 keeps nothing. */
export function createEtagCache(capacity: number): EtagCache {
  const answers = new Map<string, CachedAnswer>()
  let size = 0
  const remove = (address: string) => {
    const found = answers.get(address)
    if (found !== undefined) size -= weigh(address, found)
    answers.delete(address)
  }
  return {
    find(address) {
      const found = answers.get(address)
      if (found === undefined) return undefined
      // A map lists its keys in the order of their insertion.
      answers.delete(address)
      answers.set(address, found)
      return found
    },
    store(address, answer) {
      remove(address)
      if (weigh(address, answer) > capacity) return
      answers.set(address, answer)
      size += weigh(address, answer)
      for (const oldest of answers.keys()) {
        if (size <= capacity) return
        remove(oldest)
      }
    },
  }
}

function weigh(address: string, { text }: CachedAnswer): number {
  return address.length + text.length
}
