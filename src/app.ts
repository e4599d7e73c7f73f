import { BlockList, isIPv6, type Socket } from 'node:net'
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { DEFAULT_CACHE_SECONDS, DEFAULT_RATE_LIMIT } from './config.js'
import type { Services } from './graphql/context.js'
import { createSchema } from './graphql/schema.js'
import { addGraphQLOverEventStream } from './http/event-stream/graphql-over-event-stream.js'
import { DEFAULT_EXPORT_BYTES } from './http/exports/export-files.js'
import { addExports } from './http/exports/exports.js'
import { addGraphQL } from './http/graphql/graphql-over-http.js'
import { createKeptAnswers } from './http/graphql/kept-answers.js'
import { createOperationSteps } from './http/graphql/operation-steps.js'
import { createReadTables } from './http/graphql/read-tables.js'
import { createReplicaReads } from './http/graphql/replica-reads.js'
import { createSandboxPage } from './http/graphql/sandbox-page.js'
import { addMcp } from './http/mcp/mcp-over-http.js'
import type { Metrics } from './http/metrics/metrics.js'
import { addRequestLog, chooseRequestId } from './http/metrics/request-log.js'
import { addMetrics } from './http/metrics/serve-metrics.js'
import { addDatasetDescriptions } from './http/pages/dataset-routes.js'
import { addDocuments } from './http/pages/documents.js'
import { createKnownDatasets } from './http/pages/known-datasets.js'
import { openPageDocuments } from './http/pages/page-documents.js'
import { addPages, createPageSender } from './http/pages/pages.js'
import { addSiteRoutes } from './http/pages/site-routes.js'
import { addCompression } from './http/requests/compression.js'
import { limitConnections } from './http/requests/connection-count.js'
import { addCrossOrigin } from './http/requests/cross-origin.js'
import { addErrorHandler, refuseConnection, refuseEarly } from './http/requests/error-handler.js'
import { addGracefulShutdown } from './http/requests/graceful-shutdown.js'
import { addHealth } from './http/requests/health.js'
import { createMemoryQuota } from './http/requests/memory-quota.js'
import { createPipelinedRequests } from './http/requests/pipelined-requests.js'
import { addCommonHeaders, addRequestChecks } from './http/requests/request-checks.js'
import { createRequestGate, type RequestGate } from './http/requests/request-gate.js'
import { limitRequestMemory } from './http/requests/request-memory.js'
import { traceRequests } from './http/requests/trace-requests.js'
import { addSnapshotExports } from './http/snapshots/snapshot-exports.js'
import { addSnapshotRoutes } from './http/snapshots/snapshot-routes.js'
import { addGraphQLOverWebSocket } from './http/web-socket/graphql-over-web-socket.js'
import { DEFAULT_LIMITS } from './limits.js'
import { type Budget, createBudget } from './services/access/budget.js'

export interface App {
  /** Answers requests without listening (`inject`); `listen` makes it a server. */
  readonly http: FastifyInstance
  readonly gate: RequestGate
  /** Answers the requests that it has accepted, ends subscriptions, and closes. */
  close(): Promise<void>
}

/** The services that have no default. */
type Needed = Pick<Services, 'database' | 'events' | 'log' | 'version'>

/** How often Node looks for requests that arrive too slowly. */
const CHECK_MILLISECONDS = 1000

/** Builds the HTTP application on an open database. The caller closes the database, after the app. */
export async function buildApp(given: Needed & Partial<Services>): Promise<App> {
  const services: Services = {
    limits: DEFAULT_LIMITS,
    budget: createBudget(given.database, DEFAULT_RATE_LIMIT),
    cacheSeconds: DEFAULT_CACHE_SECONDS,
    answerCacheBytes: 0,
    keptExports: { folder: null, mostBytes: DEFAULT_EXPORT_BYTES },
    replica: null,
    trustedProxies: [],
    shutdownDelaySeconds: 0,
    ...given,
  }
  const { limits, trustedProxies } = services
  const requestTimeout = limits.bodySeconds * 1000
  const pipelined = createPipelinedRequests()
  const app = fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // Requests are logged with their ids by the hooks of `addRequestLog`.
    childLoggerFactory: (logger) => logger,
    bodyLimit: limits.bodyBytes,
    connectionTimeout: limits.stallSeconds * 1000,
    requestTimeout,
    http: {
      requestTimeout,
      headersTimeout: Math.min(limits.headerSeconds * 1000, requestTimeout),
      connectionsCheckingInterval: CHECK_MILLISECONDS,
    },
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    // On a busy machine the schema takes seconds. A server that gave up would only start again.
    pluginTimeout: 120_000,
    genReqId: chooseRequestId,
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    // A request that arrives on an open connection while the server closes is answered as usual.
    return503OnClosing: false,
    // Each route says itself that it answers HEAD. The routes that Fastify would add do not know how GET compresses.
    exposeHeadRoutes: false,
    frameworkErrors: refuseEarly,
    clientErrorHandler: (error, socket) =>
      pipelined.refuseAfterAnswers(socket as Socket, () => refuseConnection(error, socket as Socket)),
  })
  // Forms and plain text are not GraphQL requests, and a page of another origin may send them without a preflight.
  app.removeContentTypeParser('text/plain')
  const documents = openPageDocuments()
  addErrorHandler(app, services.log, documents.sendNothing)
  traceRequests(app)
  const quota = createMemoryQuota(limits.heldBytes)
  pipelined.addTo(app, quota)
  await addCommonHeaders(app)
  await addCrossOrigin(app)
  addRequestChecks(app)
  await addCompression(app)
  limitConnections(app, limits.connections, toTrust(trustedProxies))
  limitRequestMemory(app, quota, limits)

  const gate = createRequestGate(services.database, services.log, limits)
  addRequestLog(app, services.log, gate.metrics)
  const schema = createSchema()
  const sandbox = createSandboxPage()
  const shutdown = addGracefulShutdown(app, gate, services.shutdownDelaySeconds)
  addHealth(app, services.database, shutdown)
  addMetrics(app, gate)
  const counted = { ...services, budget: countCharges(services.budget, gate.metrics) }
  addExports(app, counted, gate)
  addSnapshotExports(app, counted, gate)
  const steps = createOperationSteps(schema, counted, gate)
  const readTables = createReadTables(schema)
  const keptAnswers = createKeptAnswers(readTables, counted, steps, gate.metrics)
  const replicaReads = createReplicaReads(services, readTables, gate.metrics)
  const parts = { steps, metrics: gate.metrics, quota, shutdown }
  await addGraphQLOverWebSocket(app, schema, counted, parts)
  const eventStreams = addGraphQLOverEventStream(app, schema, counted, parts)
  const datasets = createKnownDatasets(services.database, gate)
  const editor = documents.isBuilt ? createPageSender(documents, datasets) : null
  await addGraphQL(app, schema, counted, { steps, sandbox, editor, eventStreams, keptAnswers, replicaReads })
  addPages(app, documents, datasets)
  addDatasetDescriptions(app, datasets)
  addSnapshotRoutes(app, services.database, datasets)
  addSiteRoutes(app, schema, datasets, addDocuments(app, documents))
  addMcp(app, services.version)
  await app.ready()
  return { http: app, gate, close: shutdown.close }
}

/** Whether an address is one of these addresses and networks. */
function toTrust(trusted: readonly string[]): (address: string) => boolean {
  const networks = new BlockList()
  for (const each of trusted) {
    const [address, bits] = each.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) networks.addAddress(address, family)
    else networks.addSubnet(address, Number(bits), family)
  }
  return (address) => networks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Counts all charges for the operator, also if no budget limits them. */
function countCharges(budget: Budget, metrics: Metrics): Budget {
  return {
    ...budget,
    async charge(client, cost) {
      const spending = await budget.charge(client, cost)
      if (spending.isAccepted) metrics.countCost(cost)
      return spending
    },
  }
}
