import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readByteRange } from './byte-range.js'
import type { ExportFile } from './export-files.js'
import { type ExportPace, watchPace } from './export-pace.js'

/**
 * Answers a request with a file or the part of it that the client wants: 200, 206, or 416 if the file has no such part. A
 * part costs its share of the whole. Closes the file.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { handle, size }: ExportFile,
  options: {
    readonly etag: string
    /** Then the whole file is sent: its parts are not those of the compressed one. */
    readonly isCompressed: boolean
    chargeRead(share: number): Promise<void>
    readonly pace: ExportPace
  },
): Promise<FastifyReply> {
  const { range: header, 'if-range': ifRange } = request.headers
  const isHead = request.method === 'HEAD'
  const { isCompressed } = options
  const range = isHead || isCompressed ? null : readByteRange(header, ifRange as string | undefined, options.etag, size)
  if (range === 'UNSATISFIABLE') {
    await handle.close()
    return reply.code(416).header('content-range', `bytes */${size}`).type('text/plain').send('')
  }
  const { first, last } = range ?? { first: 0, last: size - 1 }
  const length = last - first + 1
  const isRead = !isHead && !reply.raw.destroyed
  if (isRead) await options.chargeRead(length / Math.max(1, size))
  if (isCompressed) reply.header('content-encoding', 'gzip')
  else reply.header('content-length', length)
  if (range) reply.code(206).header('content-range', `bytes ${first}-${last}/${size}`)
  if (!isRead || length === 0) {
    await handle.close()
    return reply.send()
  }
  const stream = handle.createReadStream({ start: first, end: last })
  const chunks = Readable.from(
    watchPace(stream, options.pace, () => reply.raw.destroy()),
    { objectMode: false },
  )
  reply.raw.once('close', () => {
    chunks.destroy()
    stream.destroy()
  })
  return isCompressed ? sendCompressed(reply, chunks) : reply.send(chunks)
}

/** Sends a stream compressed. The stream ends with the answer. */
export function sendCompressed(reply: FastifyReply, chunks: Readable): FastifyReply {
  const gzip = createGzip({ level: 1 })
  chunks.on('error', (error) => gzip.destroy(error))
  gzip.on('close', () => chunks.destroy())
  return reply.header('content-encoding', 'gzip').removeHeader('content-length').send(chunks.pipe(gzip))
}
