import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ActbenchError } from '../../errors.js'
import type { Services } from '../../graphql/context.js'
import { requireAccepted } from '../../services/access/budget.js'
import { describeProvenance } from '../../services/datasets/export-dataset.js'
import { EXPORT_FORMATS } from '../../services/datasets/export-formats.js'
import { nameAddress, nameClient } from '../requests/client-name.js'
import { toRateLimitHeaders } from '../requests/rate-limit-headers.js'
import type { RequestGate } from '../requests/request-gate.js'
import { readExportConditions } from './export-conditions.js'
import { EXPORT_PACE, type ExportPace } from './export-pace.js'
import { sendExport } from './send-export.js'

/** Each export holds a connection to the database until its client has read it all, so a few run at a time. */
const MAX_EXPORTS = 4
const RETRY_AFTER_SECONDS = 10
/** What an export costs its reader, in units, and what a look at it costs: its head, its provenance, that it is unchanged. */
export const EXPORT_PRICE = 1000
export const EXPORT_HEAD_PRICE = 20

/**
 * Serves the datasets as files: /export/<dataset>.<json|jsonl|csv|parquet>, /export/<dataset>/<outputs|fisher-spectra>.npy,
 * and /export/<dataset>.about.json with licence, citation and source. Streamed as fast as the client reads, compressed where
 * it accepts gzip, with an ETag that changes with the data, filtered by query parameters; admitted and charged like an
 * operation, one that is unchanged as little as a look at it; 429 for a client that reads too many at a time, 503 while
 * four others run.
 */
export function addExports(
  app: FastifyInstance,
  services: ExportServices,
  gate: Pick<RequestGate, 'admit'>,
  pace: ExportPace = EXPORT_PACE,
): void {
  const { database, budget, limits } = services
  /** The client of each export that runs. */
  const running: string[] = []
  const takeSlot = (client: string) => {
    const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS }
    const own = running.filter((each) => each === client).length
    if (own >= limits.exports) {
      const message = `you read ${own} exports already; at most ${limits.exports} are allowed at a time`
      throw new ActbenchError('RATE_LIMITED', message, retry)
    }
    if (running.length >= MAX_EXPORTS) {
      throw new ActbenchError('SERVICE_UNAVAILABLE', `${MAX_EXPORTS} exports are running: try again in a while`, retry)
    }
    running.push(client)
    let isTaken = true
    return () => {
      if (isTaken) running.splice(running.indexOf(client), 1)
      isTaken = false
    }
  }
  const handler = async (request: ExportRoute, reply: FastifyReply) => {
    const { dataset, kind } = parsePath(request.params['*'])
    const conditions = readExportConditions(request.query)
    const { viewer, release } = await gate.admit(nameAddress(request.ip), request.headers.authorization)
    const client = nameClient(viewer, request.ip)
    const charge = async (cost: number) => {
      const spending = await budget.charge(client, cost)
      reply.headers(toRateLimitHeaders(spending, budget.limit))
      requireAccepted(spending)
    }
    try {
      await charge(EXPORT_HEAD_PRICE)
      if (kind === 'about.json') return await describeProvenance(database, dataset)
      const format = EXPORT_FORMATS.find((each) => each === kind)
      if (!format) throw new ActbenchError('NOT_FOUND', EXPECTED)
      const wanted = { dataset, format, conditions }
      const chargeRead = () => charge(EXPORT_PRICE - EXPORT_HEAD_PRICE)
      return await sendExport(database, request, reply, wanted, { takeSlot: () => takeSlot(client), chargeRead, pace })
    } finally {
      release()
    }
  }
  // Not the route that answers HEAD by itself: that one reads the whole export.
  app.route({ method: ['GET', 'HEAD'], url: '/export/*', exposeHeadRoute: false, handler })
}

type ExportServices = Pick<Services, 'database' | 'budget' | 'limits'>
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
