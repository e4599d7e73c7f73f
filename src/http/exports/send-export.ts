import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'
import { type ExportRequest, type OpenedExport, openExport } from '../../services/datasets/export-dataset.js'
import { EXPORT_FORMATS, type ExportFormat } from '../../services/datasets/export-formats.js'
import { isListed, makeEtag } from '../requests/etag.js'
import { type ExportPace, watchPace } from './export-pace.js'

export interface ExportLimits {
  /** Takes a place for an export and returns a function that gives it back. Throws RATE_LIMITED or SERVICE_UNAVAILABLE. */
  takeSlot(): () => void
  /** Charges the client for the whole export. Throws RATE_LIMITED. */
  chargeRead(): Promise<void>
  readonly pace: ExportPace
}

/**
 * Answers a GET or HEAD request with an export. Throws NOT_FOUND, FORBIDDEN, RATE_LIMITED or SERVICE_UNAVAILABLE before
 * the answer starts.
 */
export async function sendExport(
  database: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: ExportRequest & { readonly format: ExportFormat },
  { takeSlot, chargeRead, pace }: ExportLimits,
): Promise<FastifyReply> {
  const giveBack = takeSlot()
  let opened: OpenedExport | null = null
  const end = async () => {
    giveBack()
    await opened?.close()
  }
  try {
    opened = await openExport(database, wanted)
    if (opened.isClosed) {
      throw new ActbenchError('FORBIDDEN', `the operator of this service has closed the exports of ${wanted.dataset}`)
    }
    const isCompressed = EXPORT_FORMATS[wanted.format].isCompressible && acceptsGzip(request.headers['accept-encoding'])
    const etag = makeEtag(opened.stamp, wanted.format, wanted.conditions, isCompressed)
    const isKnown = isListed(request.headers['if-none-match'], etag)
    const isRead = !isKnown && request.method !== 'HEAD'
    if (isRead) await chargeRead()
    setHeaders(reply, wanted, opened, etag)
    if (!isRead || reply.raw.destroyed) {
      if (isCompressed) reply.header('content-encoding', 'gzip').removeHeader('content-length')
      await end()
      return isKnown ? reply.code(304).removeHeader('content-length').send() : reply.send()
    }
    const chunks = Readable.from(
      watchPace(opened.read(), pace, () => reply.raw.destroy()),
      { objectMode: false },
    )
    // The first of these ends the export: everything is read, the client is gone, or the client is too slow.
    chunks.once('close', end)
    reply.raw.once('close', () => chunks.destroy())
    if (!isCompressed) return reply.send(chunks)
    const gzip = createGzip({ level: 1 })
    chunks.on('error', (error) => gzip.destroy(error))
    gzip.on('close', () => chunks.destroy())
    return reply.header('content-encoding', 'gzip').removeHeader('content-length').send(chunks.pipe(gzip))
  } catch (error) {
    await end()
    throw error
  }
}

function setHeaders(reply: FastifyReply, { dataset, format }: ExportRequest, opened: OpenedExport, etag: string): void {
  const about = `/export/${dataset}.about.json`
  reply
    .header('etag', etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', 'no-cache')
    .type(EXPORT_FORMATS[format].mediaType)
  reply.header('link', `<${about}>; rel="license", <${about}>; rel="cite-as", <${about}>; rel="describedby"`)
  const { license } = opened.provenance
  if (license !== null && /^[\x20-\x7e]+$/.test(license)) reply.header('x-license', license)
  const name = `${dataset}${EXPORT_FORMATS[format].fileSuffix}`
  reply.header('content-disposition', `attachment; filename="${name}"`)
  if (opened.byteLength !== null) reply.header('content-length', opened.byteLength)
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  // Split first: the time of one pattern for the whole header would grow with the square of its spaces.
  const codings = String(header ?? '')
    .split(',')
    .map((each) => each.split(';', 2).map((part) => part.trim().toLowerCase()))
  const [, quality = ''] = codings.find(([name]) => name === 'gzip' || name === 'x-gzip') ?? ['', 'q=0']
  return Number(/^q=([\d.]{1,5})$/.exec(quality)?.[1] ?? 1) > 0
}
