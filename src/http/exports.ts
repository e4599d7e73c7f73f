import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../db/client.js'
import { ActbenchError } from '../errors.js'
import { describeProvenance } from '../services/export-dataset.js'
import { EXPORT_FORMATS } from '../services/export-formats.js'
import { readExportConditions } from './export-conditions.js'
import { EXPORT_PACE, type ExportPace } from './export-pace.js'
import { sendExport } from './send-export.js'

/** Each export holds a connection to the database until its client has read it all, so a few run at a time. */
const MAX_EXPORTS = 4
const RETRY_AFTER_SECONDS = 10

/**
 * Serves the datasets as files: /export/<dataset>.<json|jsonl|csv|parquet>, /export/<dataset>/<outputs|fisher-spectra>.npy,
 * and /export/<dataset>.about.json with licence, citation and source. Streamed as fast as the client reads, compressed where
 * it accepts gzip, with an ETag that changes with the data, filtered by query parameters; 503 while four others run.
 */
export function addExports(app: FastifyInstance, database: Database, pace: ExportPace = EXPORT_PACE): void {
  let running = 0
  const takeSlot = () => {
    if (running >= MAX_EXPORTS) {
      const message = `${MAX_EXPORTS} exports are running: try again in a while`
      throw new ActbenchError('SERVICE_UNAVAILABLE', message, { retryAfterSeconds: RETRY_AFTER_SECONDS })
    }
    running++
    let isTaken = true
    return () => {
      if (isTaken) running--
      isTaken = false
    }
  }
  const handler = async (request: ExportRoute, reply: FastifyReply) => {
    const { dataset, kind } = parsePath(request.params['*'])
    const conditions = readExportConditions(request.query)
    if (kind === 'about.json') return describeProvenance(database, dataset)
    const format = EXPORT_FORMATS.find((each) => each === kind)
    if (!format) throw new ActbenchError('NOT_FOUND', EXPECTED)
    return sendExport(database, request, reply, { dataset, format, conditions }, { takeSlot, pace })
  }
  // Not the route that answers HEAD by itself: that one reads the whole export.
  app.route({ method: ['GET', 'HEAD'], url: '/export/*', exposeHeadRoute: false, handler })
}

type ExportRoute = FastifyRequest<{ Params: { '*': string }; Querystring: Record<string, unknown> }>

const EXPECTED =
  'expected /export/<dataset>.json, .jsonl, .csv, .parquet or .about.json, /export/<dataset>/outputs.npy or .../fisher-spectra.npy'

function parsePath(path: string): { dataset: string; kind: string } {
  const [, dataset, file, matrix] =
    /^([a-z0-9-]{1,64})(?:\.(about\.json|json|jsonl|csv|parquet)|\/(outputs\.npy|fisher-spectra\.npy))$/.exec(path) ??
    []
  if (!dataset) throw new ActbenchError('NOT_FOUND', EXPECTED)
  return { dataset, kind: file ?? matrix }
}
