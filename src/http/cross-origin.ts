import type { FastifyInstance } from 'fastify'

/** What a page of another origin may read of an answer, beside its body. */
const EXPOSED =
  'etag, link, ratelimit-limit, ratelimit-policy, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id'
const PATHS = /^\/(graphql|export\/[^?]*)?(\?|$)/

/**
 * Lets pages of any origin read the API and its exports. No browser adds credentials: identity travels in a header that
 * a page must set itself, for a key that it must have.
 */
export function addCrossOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ url }, reply) => {
    if (PATHS.test(url)) {
      reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED)
    }
  })
  for (const path of ['/', '/graphql', '/export/*']) {
    app.options(path, async (_request, reply) =>
      reply
        .code(204)
        .header('access-control-allow-methods', path === '/graphql' ? 'GET, POST' : 'GET')
        .header('access-control-allow-headers', 'authorization, content-type, if-none-match')
        .header('access-control-max-age', '86400')
        .send(),
    )
  }
}
