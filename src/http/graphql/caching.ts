import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { CacheScope } from '../../operation-limits/cache-scope.js'

/** What caches may do with an answer to `GET /graphql`; null: nothing. */
export function toCacheControl(scope: CacheScope | null, cacheSeconds: number): string {
  if (scope === null || scope === 'PRIVATE') return 'private, no-store'
  // Browsers ask each time, with the ETag; caches in between answer for a while by themselves.
  return scope === 'REVALIDATE' || cacheSeconds === 0
    ? 'public, no-cache'
    : `public, max-age=0, s-maxage=${cacheSeconds}`
}

/** Gives an answer that may be cached its ETag, and sends 304 to who has it: a hook `onSend`. */
export async function tagAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const isPublic = String(reply.getHeader('cache-control') ?? '').startsWith('public')
  if (request.method !== 'GET' || reply.statusCode !== 200 || !isPublic || typeof payload !== 'string') return payload
  const type = String(reply.getHeader('content-type') ?? '')
  const etag = `"${createHash('sha256').update(type).update('\n').update(payload).digest('base64url').slice(0, 27)}"`
  reply.header('etag', etag)
  if (!matches(request.headers['if-none-match'], etag)) return payload
  reply.code(304).removeHeader('content-type').removeHeader('content-length')
  return ''
}

function matches(header: string | undefined, etag: string): boolean {
  // A cache may have made it a weak one, by compressing the answer.
  return (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag)
}
