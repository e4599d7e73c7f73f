import type { FastifyInstance } from 'fastify'

/** What a page of another origin may read of an answer, beside its body. */
const EXPOSED =
  'etag, link, ratelimit-limit, ratelimit-policy, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id'
/** Routes, however an address spells them: /%67raphql is served too, and a cache may take it for the same. */
const ROUTES: ReadonlySet<string | undefined> = new Set(['/', '/graphql', '/export/*'])

/**
 * Lets pages of any origin read the API and its exports. No browser adds credentials: identity travels in a header that
 * a page must set itself, for a key that it must have.
 */
export function addCrossOrigin(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ routeOptions }, reply) => {
    if (ROUTES.has(routeOptions.url)) {
      reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', EXPOSED)
    }
  })
  for (const path of ROUTES as ReadonlySet<string>) {
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
