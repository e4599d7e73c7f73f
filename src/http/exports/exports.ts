import type {} from '@fastify/compress'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ActbenchError } from '../../errors.js'
import type { Services } from '../../graphql/context.js'
import { requireAccepted } from '../../services/access/budget.js'
import { describeProvenance } from '../../services/exports/export-dataset.js'
import { readOrigin } from '../pages/origin.js'
import { nameAddress, nameClient } from '../requests/client-name.js'
import { toRateLimitHeaders } from '../requests/rate-limit-headers.js'
import type { RequestGate } from '../requests/request-gate.js'
import { createTally } from '../requests/tally.js'
import { readExportConditions } from './export-conditions.js'
import { openExportFiles } from './export-files.js'
import { listAll, listOne } from './export-list.js'
import { toListPage } from './export-list-page.js'
import { EXPORT_PACE, type ExportPace } from './export-pace.js'
import { type ExportPath, parseExportPath } from './export-paths.js'
import { type ExportLimits, sendChecksum, sendExport } from './send-export.js'
import { serveActivations, serveDataset } from './served-export.js'

/** An export uses a connection to the database until its client has read everything, so only a few run at a time. */
const MAX_EXPORTS = 4
const RETRY_AFTER_SECONDS = 10
/** Price of an export, and of a request that reads none of it: HEAD, its provenance, or an answer 304. */
export const EXPORT_PRICE = 1000
export const EXPORT_HEAD_PRICE = 20
/** Price of the list of all exports, which looks at fifty datasets. */
const EXPORT_LIST_PRICE = 200

/**
 * Serves the datasets as files: /export/<dataset>.<json|jsonl|csv|parquet>, /export/<dataset>/<evaluations|runs|...>.<...>,
 * /export/<dataset>.about.json with licence, citation and source, /export/activations.<parquet|csv|jsonl> with all functions,
 * and lists of them at /export/ and /export/<dataset>/. An address with `.sha256` at its end is the checksum of a file.
 *
 * Query parameters filter the rows. An export is sent as fast as the client reads, compressed if the client accepts gzip, and
 * has an ETag that changes with the data. Clients may read parts of it (Range), as DuckDB, polars and pyarrow do.
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
  const { database, budget, limits, version, keptExports, log } = services
  const running = createTally()
  const files = openExportFiles({ ...keptExports, onProblem: (message) => log.warn(message) })
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
  const list = async (request: ExportRoute, reply: FastifyReply, dataset: string | null) => {
    const options = { database, files, version, origin: readOrigin(request) }
    const after = String(request.query.after ?? '')
    const found = dataset === null ? await listAll(options, after) : await listOne(options, dataset)
    reply.header('vary', 'accept').header('cache-control', 'no-cache')
    const isPage = prefersPage(request.headers.accept)
    return isPage ? reply.type('text/html; charset=utf-8').send(toListPage(found)) : reply.send(found)
  }
  const send = async (request: ExportRoute, reply: FastifyReply, path: ExportPath, given: ExportLimits) => {
    if (path.kind === 'LIST') return list(request, reply, path.dataset)
    const conditions = readExportConditions(request.query)
    if (path.kind === 'ABOUT') return describeProvenance(database, path.dataset)
    const wanted =
      path.kind === 'DATASET'
        ? serveDataset(database, path.dataset, path.format, conditions)
        : serveActivations(database, path.format)
    return path.isChecksum ? sendChecksum(reply, wanted, given) : sendExport(request, reply, wanted, given)
  }
  const handler = async (request: ExportRoute, reply: FastifyReply) => {
    const path = parseExportPath(request.params['*'] ?? '')
    const { viewer, release } = await gate.admit(nameAddress(request.ip), request.headers.authorization)
    const client = nameClient(viewer, request.ip)
    const charge = async (cost: number) => {
      const spending = await budget.charge(client, cost)
      reply.headers(toRateLimitHeaders(spending, budget.limit))
      requireAccepted(spending)
    }
    try {
      await charge(path.kind === 'LIST' && path.dataset === null ? EXPORT_LIST_PRICE : EXPORT_HEAD_PRICE)
      const chargeRead = (share: number) => charge(Math.ceil(share * (EXPORT_PRICE - EXPORT_HEAD_PRICE)))
      const slots = { takeSlot: () => takeSlot(client), chargeRead }
      return await send(request, reply, path, { ...slots, pace, files, version })
    } finally {
      release()
    }
  }
  // Exports compress themselves, so that a HEAD request and an ETag know of it.
  for (const url of ['/export', '/export/*']) app.route({ method: ['GET', 'HEAD'], url, compress: false, handler })
}

type ExportServices = Pick<Services, 'database' | 'budget' | 'limits' | 'version' | 'keptExports' | 'log'>
type ExportRoute = FastifyRequest<{ Params: { '*'?: string }; Querystring: Record<string, unknown> }>

/** Whether a client, such as a browser, prefers a page to JSON. */
function prefersPage(accept = ''): boolean {
  const [page, json] = ['text/html', 'application/json'].map((type) => accept.indexOf(type))
  return page !== -1 && (json === -1 || page < json)
}
