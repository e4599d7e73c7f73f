import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../db/client.js'
import { ActbenchError } from '../errors.js'
import {
  describeProvenance,
  EXPORT_FORMATS,
  type ExportFormat,
  exportDataset,
  findExportVersion,
} from '../services/export-dataset.js'
import { toErrorBody } from './failures.js'

const TYPES: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
}

/** Each export holds a connection to the database until its client has read it all, so a few run at a time. */
const MAX_EXPORTS = 4

/**
 * Serves /export/<dataset>.<json|jsonl|csv>: streamed as fast as the client reads, compressed where it accepts gzip, with
 * an ETag that changes with the data; 503 while four others run. /export/<dataset>.about.json has licence, citation and source.
 */
export function addExports(app: FastifyInstance, database: Database): void {
  let running = 0
  app.get('/export/:file', async (request: FastifyRequest<{ Params: { file: string } }>, reply) => {
    const [, name = '', kind] = /^([a-z0-9-]{1,64})\.(about\.json|json|jsonl|csv)$/.exec(request.params.file) ?? []
    try {
      if (kind === 'about.json') return await describeProvenance(database, name)
      const format = EXPORT_FORMATS.find((each) => each === kind)
      if (!format) throw new ActbenchError('NOT_FOUND', 'expected /export/<dataset>.json, .jsonl, .csv or .about.json')
      if (running >= MAX_EXPORTS) {
        const body = toErrorBody('SERVICE_UNAVAILABLE', `${MAX_EXPORTS} exports are running: try again in a while`)
        return reply.code(503).header('retry-after', '10').send(body)
      }
      running++
      reply.raw.once('close', () => running--)
      return await sendExport(database, request, reply, name, format)
    } catch (error) {
      if (!(error instanceof ActbenchError) || error.code !== 'NOT_FOUND') throw error
      return reply.code(404).send(toErrorBody(error.code, error.message))
    }
  })
}

async function sendExport(
  database: Database,
  request: FastifyRequest,
  reply: FastifyReply,
  name: string,
  format: ExportFormat,
): Promise<FastifyReply> {
  const isCompressed = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  const version = await findExportVersion(database, name)
  const etag = `"${createHash('sha256').update(`${version}:${format}:${isCompressed}`).digest('base64url')}"`
  reply.header('etag', etag).header('vary', 'accept-encoding').header('cache-control', 'no-cache')
  reply.header('link', `</export/${name}.about.json>; rel="license"`)
  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) return reply.code(304).send()
  reply.header('content-disposition', `attachment; filename="${name}.${format}"`).type(TYPES[format])
  const chunks = Readable.from(exportDataset(database, name, format), { objectMode: false })
  if (!isCompressed) return reply.send(chunks)
  const gzip = createGzip({ level: 1 })
  // Either end takes the other along: a client that goes away ends the reading.
  chunks.on('error', (error) => gzip.destroy(error))
  gzip.on('close', () => chunks.destroy())
  return reply.header('content-encoding', 'gzip').send(chunks.pipe(gzip))
}
