import type {} from '@fastify/compress'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ActbenchError } from '../../errors.js'
import type { Services } from '../../graphql/context.js'
import { requireAccepted } from '../../services/access/budget.js'
import { describeProvenance } from '../../services/exports/export-dataset.js'
import { EXPORT_FORMAT_NAMES, EXPORT_FORMATS, type ExportFormat } from '../../services/exports/export-formats.js'
import { nameAddress, nameClient } from '../requests/client-name.js'
import { toRateLimitHeaders } from '../requests/rate-limit-headers.js'
import type { RequestGate } from '../requests/request-gate.js'
import { createTally } from '../requests/tally.js'
import { readExportConditions } from './export-conditions.js'
import { openExportFiles } from './export-files.js'
import { EXPORT_PACE, type ExportPace } from './export-pace.js'
import { sendExport } from './send-export.js'

/** An export uses a connection to the database until its client has read everything, so only a few run at a time. */
const MAX_EXPORTS = 4
const RETRY_AFTER_SECONDS = 10
/** Price of an export, and of a request that reads none of it: HEAD, its provenance, or an answer 304. */
export const EXPORT_PRICE = 1000
export const EXPORT_HEAD_PRICE = 20

/**
 * Serves the datasets as files: /export/<dataset>.<json|jsonl|csv|parquet>, /export/<dataset>/<outputs|fisher-spectra>.npy,
 * /export/<dataset>/map.<parquet|npy>,
 * and /export/<dataset>.about.json with licence, citation and source. Query parameters filter the rows. An export is
 * sent as fast as the client reads, compressed if the client accepts gzip, and has an ETag that changes with the data. Clients
 * may read parts of it (Range), as DuckDB, polars and pyarrow do.
 *
 * An export waits for its turn and is charged like an operation. A client that reads too many exports at the same time gets
 * 429; while four exports run, further ones get 503.
 */
export function addExports(
  app: FastifyInstance,
  services: ExportServices,
  gate: Pick<RequestGate, 'admit'>,
  pace: ExportPace = EXPORT_PACE,
): void {
  const { database, budget, limits } = services
  const running = createTally()
  const files = openExportFiles()
  app.addHook('onClose', () => files.close())
  const takeSlot = (client: string) => {
    const retry = { retryAfterSeconds: RETRY_AFTER_SECONDS }
    const own = running.of(client)
    if (own >= limits.exports) {
      const message = `you read ${own} exports already; at most ${limits.exports} are allowed at a time`
      throw new ActbenchError('RATE_LIMITED', message, retry)
    }
    if (running.total >= MAX_EXPORTS) {
      throw new ActbenchError('SERVICE_UNAVAILABLE', `${MAX_EXPORTS} exports are running: try again in a while`, retry)
    }
    return running.add(client)
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
      const wanted = { dataset, format: kind, conditions }
      const chargeRead = (share: number) => charge(Math.ceil(share * (EXPORT_PRICE - EXPORT_HEAD_PRICE)))
      return await sendExport(database, request, reply, wanted, {
        ...{ takeSlot: () => takeSlot(client), chargeRead },
        ...{ pace, files },
      })
    } finally {
      release()
    }
  }
  // Exports compress themselves, so that a HEAD request and an ETag know of it.
  app.route({ method: ['GET', 'HEAD'], url: '/export/*', compress: false, handler })
}

type ExportServices = Pick<Services, 'database' | 'budget' | 'limits'>
type ExportRoute = FastifyRequest<{ Params: { '*': string }; Querystring: Record<string, unknown> }>

/** The provenance of a dataset has its own suffix. */
const ABOUT = { kind: 'about.json', pathSuffix: '.about.json' } as const
const KINDS = [ABOUT, ...EXPORT_FORMAT_NAMES.map((kind) => ({ kind, pathSuffix: EXPORT_FORMATS[kind].pathSuffix }))]

function parsePath(path: string): { dataset: string; kind: ExportFormat | 'about.json' } {
  for (const { kind, pathSuffix } of KINDS) {
    const dataset = path.slice(0, -pathSuffix.length)
    if (path.endsWith(pathSuffix) && /^[a-z0-9-]{1,64}$/.test(dataset)) return { dataset, kind }
  }
  const suffixes = KINDS.map(({ pathSuffix }) => pathSuffix).join(', ')
  throw new ActbenchError(
    'NOT_FOUND',
    `path: there is no such export; expected /export/<dataset> and one of ${suffixes}`,
  )
}
