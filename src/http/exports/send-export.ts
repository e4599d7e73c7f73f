import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../../db/connection/client.js'
import { ActbenchError } from '../../errors.js'
import {
  type DescribedExport,
  describeExport,
  type ExportRequest,
  type OpenedExport,
  openExport,
} from '../../services/exports/export-dataset.js'
import { EXPORT_FORMATS, type ExportFormat } from '../../services/exports/export-formats.js'
import { isListed, makeEtag } from '../requests/etag.js'
import type { ExportFile, ExportFiles } from './export-files.js'
import { type ExportPace, watchPace } from './export-pace.js'
import { sendFile } from './send-file.js'

export interface ExportLimits {
  /** Takes a place for an export and returns a function that gives it back. Throws RATE_LIMITED or SERVICE_UNAVAILABLE. */
  takeSlot(): () => void
  /** Charges the client for this share of an export, from 0 to 1. Throws RATE_LIMITED. */
  chargeRead(share: number): Promise<void>
  readonly pace: ExportPace
  readonly files: ExportFiles
}

type Wanted = ExportRequest & { readonly format: ExportFormat }

/**
 * Answers a GET or HEAD request with an export. Parquet, and every part of a file, comes from a file that is written once
 * for each state of the dataset; the other exports are streamed from the database. Throws NOT_FOUND, FORBIDDEN,
 * RATE_LIMITED or SERVICE_UNAVAILABLE before the answer starts.
 */
export async function sendExport(
  database: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: Wanted,
  limits: ExportLimits,
): Promise<FastifyReply> {
  const isCompressed = EXPORT_FORMATS[wanted.format].isCompressible && acceptsGzip(request.headers['accept-encoding'])
  if (isCompressed || (!wanted.format.endsWith('parquet') && request.headers.range === undefined)) {
    return streamExport(database, request, reply, wanted, { ...limits, isCompressed })
  }
  const described = requireOpen(await describeExport(database, wanted), wanted)
  const etag = toEtag(described, wanted, false)
  if (isListed(request.headers['if-none-match'], etag)) {
    setHeaders(reply, wanted, described, etag)
    return reply.code(304).send()
  }
  const found = await limits.files.find(etag)
  const made = found ? null : await limits.files.makeOnce(etag, () => writeExport(database, wanted, limits))
  const file = found ?? (made ? made.file : await limits.files.find(etag))
  if (!file)
    return streamExport(database, request, reply, wanted, { ...limits, isCompressed, chargeRead: async () => {} })
  try {
    const current = made ?? { described, etag }
    setHeaders(reply, wanted, current.described, current.etag)
    return await sendFile(request, reply, file, {
      etag: current.etag,
      ...limits,
      ...(made && { chargeRead: async () => {} }),
    })
  } catch (error) {
    await file.handle.close()
    throw error
  }
}

/** Writes the file of an export, at the price of the whole export. */
async function writeExport(
  database: Database,
  wanted: Wanted,
  { takeSlot, chargeRead, files }: ExportLimits,
): Promise<{ described: DescribedExport; etag: string; file: ExportFile | null }> {
  const giveBack = takeSlot()
  let opened: OpenedExport | null = null
  try {
    opened = await openExport(database, wanted)
    requireOpen(opened, wanted)
    await chargeRead(1)
    const etag = toEtag(opened, wanted, false)
    return { described: opened, etag, file: await files.write(etag, opened.read()) }
  } finally {
    giveBack()
    await opened?.close()
  }
}

async function streamExport(
  database: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: Wanted,
  { takeSlot, chargeRead, pace, isCompressed }: ExportLimits & { isCompressed: boolean },
): Promise<FastifyReply> {
  const giveBack = takeSlot()
  let opened: OpenedExport | null = null
  const end = async () => {
    giveBack()
    await opened?.close()
  }
  try {
    opened = await openExport(database, wanted)
    requireOpen(opened, wanted)
    const etag = toEtag(opened, wanted, isCompressed)
    const isKnown = isListed(request.headers['if-none-match'], etag)
    const isRead = !isKnown && request.method !== 'HEAD'
    if (isRead) await chargeRead(1)
    setHeaders(reply, wanted, opened, etag)
    if (opened.byteLength !== null) reply.header('content-length', opened.byteLength)
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

function requireOpen<Export extends DescribedExport>(described: Export, { dataset }: Wanted): Export {
  if (!described.isClosed) return described
  throw new ActbenchError('FORBIDDEN', `the operator of this service has closed the exports of ${dataset}`)
}

function toEtag({ stamp }: DescribedExport, { format, conditions }: Wanted, isCompressed: boolean): string {
  return makeEtag(stamp, format, conditions, isCompressed)
}

function setHeaders(
  reply: FastifyReply,
  { dataset, format }: Wanted,
  { provenance }: DescribedExport,
  etag: string,
): void {
  const about = `/export/${dataset}.about.json`
  reply
    .header('etag', etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', 'no-cache')
    .header('accept-ranges', 'bytes')
    .type(EXPORT_FORMATS[format].mediaType)
  reply.header('link', `<${about}>; rel="license", <${about}>; rel="cite-as", <${about}>; rel="describedby"`)
  const { license } = provenance
  if (license !== null && /^[\x20-\x7e]+$/.test(license)) reply.header('x-license', license)
  reply.header('content-disposition', `attachment; filename="${dataset}${EXPORT_FORMATS[format].fileSuffix}"`)
}

/** Whether a client accepts an answer that is compressed by gzip. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  // Split first: the time of one pattern for the whole header would grow with the square of its spaces.
  const codings = String(header ?? '')
    .split(',')
    .map((each) => each.split(';', 2).map((part) => part.trim().toLowerCase()))
  const [, quality = ''] = codings.find(([name]) => name === 'gzip' || name === 'x-gzip') ?? ['', 'q=0']
  return Number(/^q=([\d.]{1,5})$/.exec(quality)?.[1] ?? 1) > 0
}
