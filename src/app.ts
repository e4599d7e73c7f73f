import { randomUUID } from 'node:crypto'
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify'
import type { Services } from './graphql/context.js'
import { createSchema } from './graphql/schema.js'
import { addExports } from './http/exports.js'
import { addGraphQL, toErrorBody } from './http/graphql-over-http.js'
import { addGraphQLOverWebSocket } from './http/graphql-over-web-socket.js'
import { addHealth } from './http/health.js'
import { createSandboxPage } from './http/sandbox-page.js'

/** The largest body of a request. */
export const MAX_BODY_BYTES = 2 ** 20

export interface App {
  /** Answers requests without listening: `inject`; `listen` makes it a server. */
  readonly http: FastifyInstance
  /** Ends subscriptions and answers what was asked before. */
  close(): Promise<void>
}

/** Builds the HTTP surface on an open database; whoever opened that closes it, after the app. */
export async function buildApp(services: Services): Promise<App> {
  const app = fastify({
    loggerInstance: services.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
  })
  // A form or a plain text is no GraphQL request, and the only kinds that a foreign page may send without asking.
  app.removeContentTypeParser('text/plain')
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) {
      services.log.error({ requestId: request.id, err: error }, 'a request failed for a reason that is not foreseen')
      return reply
        .code(500)
        .send(toErrorBody('INTERNAL_SERVER_ERROR', `something failed; it is logged as ${request.id}`))
    }
    return reply.code(status).send(toErrorBody('BAD_REQUEST', error.message))
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(toErrorBody('NOT_FOUND', 'there is nothing here')))

  const schema = createSchema()
  const sandbox = createSandboxPage()
  addHealth(app, services.database)
  addExports(app, services.database)
  await addGraphQLOverWebSocket(app, schema, services)
  await addGraphQL(app, schema, services, sandbox)
  app.get('/', async (request, reply) =>
    sandbox.isWanted(request) ? sandbox.send(request, reply) : { name: 'actbench', graphql: '/graphql' },
  )
  await app.ready()
  return { http: app, close: async () => void (await app.close()) }
}
