import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Headers that a page of another origin may read. */
const EXPOSED_HEADERS =
  'etag, link, ratelimit-limit, ratelimit-policy, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id'
/** Any header may be sent; the wildcard does not include `authorization`, and old browsers do not know it. */
const ALLOWED_HEADERS = 'authorization, content-type, if-none-match, *'
/** The routes that pages of another origin may use, and with which methods. */
const OPEN_ROUTES: Readonly<Record<string, string>> = {
  '/': 'GET',
  '/healthz': 'GET',
  '/readyz': 'GET',
  '/graphql': 'GET, POST',
  '/export/*': 'GET',
}

/**
 * Lets pages of any origin read the API and its exports. No browser adds credentials by itself: a key travels in a header
 * that the page must set. Call it before any route is added.
 */
export async function addCrossOrigin(app: FastifyInstance): Promise<void> {
  app.addHook('onRoute', (route) => {
    const methods = OPEN_ROUTES[route.url]
    route.config = { ...route.config, cors: methods ? { methods } : false }
  })
  await app.register(cors, {
    origin: '*',
    exposedHeaders: EXPOSED_HEADERS,
    allowedHeaders: ALLOWED_HEADERS,
    maxAge: 86_400,
    strictPreflight: false,
  })
  // The plugin answers before this handler.
  for (const url of Object.keys(OPEN_ROUTES)) app.options(url, (_request, reply) => reply.code(204).send())
}
