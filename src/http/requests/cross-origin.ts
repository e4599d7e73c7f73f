import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Headers that a page of another origin may read. Old browsers do not know the wildcard. */
const EXPOSED_HEADERS = [
  'accept-encoding, allow, content-disposition, content-encoding, content-length, etag, link',
  'ratelimit-limit, ratelimit-policy, ratelimit-remaining, ratelimit-reset, retry-after, x-license, x-request-id, *',
].join(', ')
/** Headers that a page may send besides those that it asks for. The wildcard does not include `authorization`. */
const ALLOWED_HEADERS = 'authorization, content-type, if-none-match, *'
/** For answers that are written without the hooks of the application. */
export const ANY_ORIGIN = { 'access-control-allow-origin': '*' } as const

/**
 * Lets pages of any origin use every path and read every answer, also errors. No browser adds credentials by itself: a key
 * travels in a header that the page must set. Call it before any route is added.
 */
export async function addCrossOrigin(app: FastifyInstance): Promise<void> {
  await app.register(cors, {
    origin: '*',
    methods: 'GET, HEAD, POST',
    exposedHeaders: EXPOSED_HEADERS,
    // The answer to a preflight repeats the headers that the page asked for, for browsers that do not know the wildcard.
    maxAge: 86_400,
    strictPreflight: false,
  })
  app.addHook('onSend', (request, reply, _payload, next) => {
    if (request.method === 'OPTIONS') {
      const asked = request.headers['access-control-request-headers']
      reply.header('access-control-allow-headers', [asked, ALLOWED_HEADERS].filter(Boolean).join(', '))
    }
    next()
  })
}
