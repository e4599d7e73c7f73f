import compress from '@fastify/compress'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
  app.addHook('onRoute', (route) => {
    if (route.compress !== false) route.onSend = [...[route.onSend ?? []].flat(), weakenEtag]
  })
}

async function weakenEtag(_request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  const etag = reply.getHeader('etag')
  if (typeof etag === 'string' && WITH_COMPRESSION.has(String(reply.getHeader('content-encoding')))) {
    reply.header('etag', toWeak(etag))
  }
  return payload
}

const WITH_COMPRESSION = new Set(['br', 'gzip'])
