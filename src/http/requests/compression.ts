import compress from '@fastify/compress'
import type { DoneFuncWithErrOrRes, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { toWeak } from './etag.js'

/** A shorter answer fits one packet anyway. */
const THRESHOLD_BYTES = 1024

/**
 * Compresses answers with Brotli or gzip. A compressed answer has a weak ETag, because its bytes differ from those of the
 * plain one. Call it before any route is added.
 */
export async function addCompression(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    globalCompression: true,
    // Bodies of requests are never unpacked: a small one may become any size.
    globalDecompression: false,
    encodings: ['br', 'gzip'],
    threshold: THRESHOLD_BYTES,
  })
  const onSend = (request: FastifyRequest, reply: FastifyReply, payload: unknown, next: DoneFuncWithErrOrRes) => {
    const encoding = reply.getHeader('content-encoding')
    if (typeof encoding === 'string' && WITH_COMPRESSION.has(encoding)) {
      const etag = reply.getHeader('etag')
      if (typeof etag === 'string') reply.header('etag', toWeak(etag))
      if (Buffer.isBuffer(payload)) receivers.get(request)?.(encoding, payload)
    }
    next()
  }
  app.addHook('onRoute', (route) => {
    if (route.compress !== false) route.onSend = [...[route.onSend ?? []].flat(), onSend]
  })
}

/** Calls `receive` if the answer to this request will be compressed at once, and not as a stream. */
export function onceCompressed(request: FastifyRequest, receive: (encoding: string, body: Buffer) => void): void {
  receivers.set(request, receive)
}

const receivers = new WeakMap<FastifyRequest, (encoding: string, body: Buffer) => void>()
const WITH_COMPRESSION = new Set(['br', 'gzip'])
