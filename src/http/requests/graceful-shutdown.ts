import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { RequestGate } from './request-gate.js'

/** In this time clients learn from their next answer that they should open a new connection for the next request. */
const LINGER_MILLISECONDS = 400
/** How long accepted requests and operations over web sockets may still take. */
const PATIENCE_MILLISECONDS = 12_000
const SOCKET_PATIENCE_MILLISECONDS = 2000
/** The code for "service restart", after which clients connect again. */
const RESTART_CODE = 1012

/** Ends a server without dropping requests that it has accepted. */
export interface GracefulShutdown {
  readonly isInProgress: boolean
  /**
   * First, requests are still accepted, but /readyz answers 503 and every answer has the header `connection: close`. Then
   * the server accepts no new connection, answers the requests that run, and closes web sockets with the code for a
   * restart. After twelve seconds it closes all connections.
   */
  close(): Promise<void>
}

export function addGracefulShutdown(app: FastifyInstance, gate: Pick<RequestGate, 'inProgress'>): GracefulShutdown {
  let isInProgress = false
  app.addHook('onSend', async (_request, reply) => {
    if (isInProgress) reply.header('connection', 'close')
  })
  app.addHook('preClose', async () => {
    const deadline = performance.now() + PATIENCE_MILLISECONDS
    while (gate.inProgress > 0 && performance.now() < deadline) await sleep(10)
    for (const client of app.websocketServer.clients) {
      client.close(RESTART_CODE, 'the server restarts')
      // Do not wait for a client that does not confirm the close.
      setTimeout(() => client.terminate(), SOCKET_PATIENCE_MILLISECONDS).unref()
    }
  })
  return {
    get isInProgress() {
      return isInProgress
    },
    async close() {
      isInProgress = true
      if (await hasConnections(app)) await sleep(LINGER_MILLISECONDS)
      const timer = setTimeout(() => app.server.closeAllConnections(), PATIENCE_MILLISECONDS)
      await app.close()
      clearTimeout(timer)
    },
  }
}

function hasConnections(app: FastifyInstance): Promise<boolean> {
  if (!app.server.listening) return Promise.resolve(false)
  return new Promise((done) => app.server.getConnections((_error, count) => done(count > 0)))
}
