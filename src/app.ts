import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Services } from './graphql/context.js'
import { createSchema } from './graphql/schema.js'
import { addDrain } from './http/drain.js'
import { addExports } from './http/exports.js'
import { addFailures, EARLY_FAILURES } from './http/failures.js'
import { addGraphQL } from './http/graphql-over-http.js'
import { addGraphQLOverWebSocket } from './http/graphql-over-web-socket.js'
import { createGuard, type Guard } from './http/guard.js'
import { addHealth } from './http/health.js'
import { addRequestLog, chooseRequestId } from './http/request-log.js'
import { createSandboxPage } from './http/sandbox-page.js'
import { addMetrics } from './http/serve-metrics.js'

/** The largest body of a request. */
export const MAX_BODY_BYTES = 2 ** 20

export interface App {
  /** Answers requests without listening: `inject`; `listen` makes it a server. */
  readonly http: FastifyInstance
  readonly guard: Guard
  /** Ends subscriptions and answers what was asked before. */
  close(): Promise<void>
}

/** Builds the HTTP surface on an open database; whoever opened that closes it, after the app. */
export async function buildApp(services: Services): Promise<App> {
  const app = fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    genReqId: chooseRequestId,
    forceCloseConnections: 'idle',
    // What arrives on an open connection while the server closes is answered like anything else.
    return503OnClosing: false,
    ...EARLY_FAILURES,
  })
  // A form or a plain text is no GraphQL request, and the only kinds that a foreign page may send without asking.
  app.removeContentTypeParser('text/plain')
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  })
  addFailures(app, services.log)

  const guard = createGuard(services.database, services.log)
  addRequestLog(app, services.log, guard.metrics)
  const schema = createSchema()
  const sandbox = createSandboxPage()
  const drain = addDrain(app, guard)
  addHealth(app, services.database, drain)
  addMetrics(app, guard)
  addExports(app, services.database)
  await addGraphQLOverWebSocket(app, schema, services, guard)
  await addGraphQL(app, schema, services, sandbox, guard)
  app.get('/', async (request, reply) =>
    sandbox.isWanted(request) ? sandbox.send(request, reply) : { name: 'actbench', graphql: '/graphql' },
  )
  await app.ready()
  return { http: app, guard, close: drain.close }
}
