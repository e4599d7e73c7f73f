import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { RequestGate } from './request-gate.js'

/** Clients with open connections learn from the next answer that they should not send another request on them. */
const LINGER_MILLISECONDS = 400
/** How long operations over web sockets, and answers, may still take. */
const PATIENCE_MILLISECONDS = 12_000
const SOCKET_PATIENCE_MILLISECONDS = 2000
/** "Service restart": clients connect again. */
const RESTART_CODE = 1012

/** How a server ends without dropping what it has accepted. */
export interface GracefulShutdown {
  readonly isInProgress: boolean
  /**
   * First requests are still taken, while /readyz says no and every answer carries `connection: close`; then no new
   * connection is taken, what runs is answered, web sockets are closed with the code for a restart. What is not done
   * after twelve seconds is cut off.
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
      // One that does not answer is not waited for.
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
