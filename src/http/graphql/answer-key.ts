import type { FastifyRequest } from 'fastify'

/** A longer request is always executed. */
const MAX_CHARACTERS = 16_384
const MAX_HEADER = 200

/**
 * What an answer over HTTP depends on besides the database: the document or its hash, variables, the name of the operation,
 * and the media types that the client accepts. Null if the answer may depend on more: a request with a key, HEAD, a batch, or
 * a document that is to be stored under its hash.
 */
export function nameAnswer({ method, url, headers, body }: FastifyRequest): string | null {
  if (headers.authorization !== undefined) return null
  const accepted = headers.accept ?? ''
  if (accepted.length > MAX_HEADER) return null
  if (method === 'GET') {
    // A document with its hash is stored, so the request must reach Apollo Server.
    const isStored = url.includes('persistedQuery') && /[?&]query=/.test(url)
    return url.length > MAX_CHARACTERS || isStored ? null : `${accepted}\nGET ${url}`
  }
  if (method !== 'POST' || Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) > MAX_CHARACTERS) return null
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null
  const { query, extensions } = body as { query?: unknown; extensions?: { persistedQuery?: unknown } | null }
  if (query && extensions?.persistedQuery) return null
  // The order of the keys matters, so the same question in another order is executed once more.
  return `${accepted}\nPOST ${url} ${JSON.stringify(body)}`
}
