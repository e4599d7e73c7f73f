import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ActbenchError } from '../../errors.js'
import type { DescribedExport, OpenedExport } from '../../services/exports/opened-export.js'
import { isListed, makeEtag } from '../requests/etag.js'
import type { ExportFile, ExportFiles, ExportState } from './export-files.js'
import { type ExportPace, watchPace } from './export-pace.js'
import { sendCompressed, sendFile } from './send-file.js'
import type { ServedExport } from './served-export.js'

export interface ExportLimits {
  /** Takes a place for an export and returns a function that gives it back. Throws RATE_LIMITED or SERVICE_UNAVAILABLE. */
  takeSlot(): () => void
  /** Charges the client for this share of an export, from 0 to 1. Throws RATE_LIMITED. */
  chargeRead(share: number): Promise<void>
  readonly pace: ExportPace
  readonly files: ExportFiles
  /** The version of the software, which another layout of a file comes with. */
  readonly version: string
}

/**
 * Answers a GET or HEAD request with an export. An export that is kept, and every part of another one, comes from a file that
 * is written once for each state; the others are streamed from the database. Throws NOT_FOUND, FORBIDDEN, RATE_LIMITED or
 * SERVICE_UNAVAILABLE before the answer starts.
 */
export async function sendExport(
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: ServedExport,
  limits: ExportLimits,
): Promise<FastifyReply> {
  const isCompressed = wanted.isCompressible && acceptsGzip(request.headers['accept-encoding'])
  if (!wanted.isKept && (isCompressed || request.headers.range === undefined)) {
    return streamExport(request, reply, wanted, { ...limits, isCompressed })
  }
  const described = requireOpen(await wanted.describe(), wanted)
  const etag = toEtag(described, wanted, limits, isCompressed)
  if (isListed(request.headers['if-none-match'], etag)) {
    setHeaders(reply, wanted, described, etag)
    return reply.code(304).send()
  }
  const made = await findOrMake(wanted, described, limits)
  if (!made.file) return streamExport(request, reply, wanted, { ...limits, isCompressed, chargeRead: async () => {} })
  const { file } = made
  try {
    setHeaders(reply, wanted, made.described, toEtag(made.described, wanted, limits, isCompressed))
    const digest = Buffer.from(file.sha256, 'hex').toString('base64')
    if (!isCompressed) reply.header('repr-digest', `sha-256=:${digest}:`)
    return await sendFile(request, reply, file, {
      etag: toEtag(made.described, wanted, limits, isCompressed),
      isCompressed,
      ...limits,
      ...(made.isNew && { chargeRead: async () => {} }),
    })
  } catch (error) {
    await file.handle.close()
    throw error
  }
}

/** The SHA-256 of an export, as `sha256sum --check` reads it. The file is written first if it does not exist. */
export async function sendChecksum(
  reply: FastifyReply,
  wanted: ServedExport,
  limits: ExportLimits,
): Promise<FastifyReply> {
  const described = requireOpen(await wanted.describe(), wanted)
  const { file } = await findOrMake(wanted, described, limits)
  await file?.handle.close()
  if (!file) throw new ActbenchError('SERVICE_UNAVAILABLE', `${wanted.fileName}: there is no room to write the file`)
  return reply
    .type('text/plain; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(`${file.sha256}  ${wanted.fileName}\n`)
}

/** How an export is kept in this state. */
export function toState(wanted: ServedExport, described: DescribedExport, version: string): ExportState {
  return { key: wanted.key, etag: toEtag(described, wanted, { version }, false) }
}

interface MadeExport {
  readonly described: DescribedExport
  /** Null if it could not be written. */
  readonly file: ExportFile | null
  /** Whether this request paid for writing it. */
  readonly isNew: boolean
}

async function findOrMake(wanted: ServedExport, described: DescribedExport, limits: ExportLimits): Promise<MadeExport> {
  const { files, version } = limits
  const state = toState(wanted, described, version)
  const found = await files.find(state)
  if (found) return { described, file: found, isNew: false }
  const made = await files.makeOnce(state.etag, () => writeExport(wanted, limits))
  return made ?? { described, file: await files.find(state), isNew: false }
}

/** Writes the file of an export, at the price of the whole export. */
async function writeExport(wanted: ServedExport, limits: ExportLimits): Promise<MadeExport> {
  const giveBack = limits.takeSlot()
  let opened: OpenedExport | null = null
  try {
    opened = await wanted.open()
    requireOpen(opened, wanted)
    await limits.chargeRead(1)
    const file = await limits.files.write(toState(wanted, opened, limits.version), opened.read())
    return { described: opened, file, isNew: true }
  } finally {
    giveBack()
    await opened?.close()
  }
}

async function streamExport(
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: ServedExport,
  { takeSlot, chargeRead, pace, version, isCompressed }: ExportLimits & { isCompressed: boolean },
): Promise<FastifyReply> {
  const giveBack = takeSlot()
  let opened: OpenedExport | null = null
  const end = async () => {
    giveBack()
    await opened?.close()
  }
  try {
    opened = await wanted.open()
    requireOpen(opened, wanted)
    const etag = toEtag(opened, wanted, { version }, isCompressed)
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
    return isCompressed ? sendCompressed(reply, chunks) : reply.send(chunks)
  } catch (error) {
    await end()
    throw error
  }
}

function requireOpen<Export extends DescribedExport>(described: Export, { title }: ServedExport): Export {
  if (!described.isClosed) return described
  throw new ActbenchError('FORBIDDEN', `the operator of this service has closed the exports of ${title}`)
}

function toEtag(
  { stamp }: DescribedExport,
  { key }: ServedExport,
  { version }: Pick<ExportLimits, 'version'>,
  isCompressed: boolean,
): string {
  return makeEtag(stamp, key, version, isCompressed)
}

function setHeaders(
  reply: FastifyReply,
  { about, fileName, mediaType }: ServedExport,
  { license }: DescribedExport,
  etag: string,
): void {
  reply
    .header('etag', etag)
    .header('vary', 'accept-encoding')
    .header('cache-control', 'no-cache')
    .header('accept-ranges', 'bytes')
    .type(mediaType)
  if (about) reply.header('link', `<${about}>; rel="license", <${about}>; rel="cite-as", <${about}>; rel="describedby"`)
  if (license !== null && /^[\x20-\x7e]+$/.test(license)) reply.header('x-license', license)
  reply.header('content-disposition', `attachment; filename="${fileName}"`)
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
