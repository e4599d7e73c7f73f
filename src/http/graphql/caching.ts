import type { DoneFuncWithErrOrRes, FastifyReply, FastifyRequest } from 'fastify'
import type { CacheScope } from '../../operation-limits/cache-scope.js'
import { isListed, makeEtag } from '../requests/etag.js'

/** The Cache-Control header of an answer to `GET /graphql`. */
export function toCacheControl(scope: CacheScope, cacheSeconds: number): string {
  if (scope === 'PRIVATE') return 'private, no-store'
  // Browsers ask each time, with the ETag. Shared caches answer for a while without asking.
  return scope === 'REVALIDATE' || cacheSeconds === 0
    ? 'public, no-cache'
    : `public, max-age=0, s-maxage=${cacheSeconds}`
}

/**
 * A hook `onSend` that gives an answer its ETag if caches may keep it, passes it to `keep`, and sends 304 if the client has it
 * already. An answer that the server kept has all this.
 */
export function createAnswerHook(keep: (request: FastifyRequest, reply: FastifyReply, payload: string) => void) {
  return (request: FastifyRequest, reply: FastifyReply, payload: unknown, next: DoneFuncWithErrOrRes) => {
    let sent = payload
    if (typeof payload === 'string' && !request.operation?.isKept) {
      const etag = tagAnswer(request, reply, payload)
      keep(request, reply, payload)
      if (etag !== null && isListed(request.headers['if-none-match'], etag)) {
        reply.code(304).removeHeader('content-type').removeHeader('content-length')
        sent = ''
      }
    }
    next(null, sent)
  }
}

function tagAnswer({ method }: FastifyRequest, reply: FastifyReply, payload: string): string | null {
  const isPublic = String(reply.getHeader('cache-control') ?? '').startsWith('public')
  if (method === 'POST' || reply.statusCode !== 200 || !isPublic) return null
  const etag = makeEtag(String(reply.getHeader('content-type') ?? ''), payload)
  reply.header('etag', etag)
  return etag
}
