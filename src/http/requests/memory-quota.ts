import { ActbenchError } from '../../errors.js'

/** What a server keeps in memory for its clients: requests that it has not answered, answers that are not read. */
export interface MemoryQuota {
  /** Counts so many bytes for a client; calling what it returns counts them off again, once. */
  reserve(client: string, bytes: number): () => void
  /**
   * Throws RATE_LIMITED where the client would hold more than its part, SERVICE_UNAVAILABLE where all would together; who
   * holds little has room whatever the others hold.
   */
  requireRoom(client: string, bytes: number): void
  isFull(client: string): boolean
}

/** All clients together may hold so many times the part of one. */
export const PARTS = 8
/**
 * What anybody may hold beyond that, as a share of one's part (64 KiB of 64 MiB): else a few addresses lock out all, with
 * bodies that they announce and never send.
 */
const LITTLE = 1 / 1024
const RETRY_AFTER_SECONDS = 10

export function createMemoryQuota(part: number): MemoryQuota {
  const held = new Map<string, number>()
  let all = 0
  const little = part * LITTLE
  const of = (client: string) => held.get(client) ?? 0
  const add = (client: string, bytes: number) => {
    const left = of(client) + bytes
    if (left > 0) held.set(client, left)
    else held.delete(client)
    all += bytes
  }
  return {
    reserve(client, bytes) {
      add(client, bytes)
      let isHeld = true
      return () => {
        if (isHeld) add(client, -bytes)
        isHeld = false
      }
    },
    requireRoom(client, bytes) {
      const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS }
      if (of(client) + bytes > part) {
        const message = `requests under way and answers not read yet of this address come to ${of(client) + bytes} bytes; at most ${part} are allowed`
        throw new ActbenchError('RATE_LIMITED', message, retry)
      }
      if (all + bytes > PARTS * part && of(client) + bytes > little) {
        throw new ActbenchError('SERVICE_UNAVAILABLE', 'too many large requests and answers are under way', retry)
      }
    },
    isFull: (client) => of(client) > part || (all > PARTS * part && of(client) > little),
  }
}
