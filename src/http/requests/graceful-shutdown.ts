import { Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { RequestGate } from './request-gate.js'

/** In this time clients learn from their next answer that they should open a new connection for the next request. */
const LINGER_MILLISECONDS = 400
/** How long accepted requests and operations over web sockets may still take. */
const PATIENCE_MILLISECONDS = 12_000
const SOCKET_PATIENCE_MILLISECONDS = 2000
/** How long a connection that was accepted last may take to send its first request. */
const FIRST_REQUEST_MILLISECONDS = 2000
/** A round of the event loop in which nothing happens takes less than this. */
const SHORT_ROUND_MILLISECONDS = 0.3
const QUIET_MILLISECONDS = 1000
/** The code for "service restart", after which clients connect again. */
const RESTART_CODE = 1012

/** Ends a server without dropping requests that it has accepted. */
export interface GracefulShutdown {
  readonly isInProgress: boolean
  /** Registers what ends the streams of a kind, after the last new connection was accepted. */
  onStop(end: () => void): void
  /**
   * 1. For `delaySeconds`, or briefly, everything is still accepted, but /readyz answers 503 and every answer has the header
   *    `connection: close`. In this time a proxy that asks for /readyz sends its requests to other servers.
   * 2. The server accepts no new connection. Requests over open connections, also new ones, are answered.
   * 3. It closes web sockets with the code for a restart, ends event streams, and waits for the last answers. After twelve
   *    seconds it closes all connections.
   */
  close(): Promise<void>
}

export function addGracefulShutdown(
  app: FastifyInstance,
  gate: Pick<RequestGate, 'inProgress'>,
  delaySeconds: number,
): GracefulShutdown {
  let isInProgress = false
  const ends = [() => closeWebSockets(app)]
  const silent = followSilentConnections(app)
  app.addHook('onSend', (_request, reply, _payload, next) => {
    if (isInProgress) reply.header('connection', 'close')
    next()
  })
  return {
    get isInProgress() {
      return isInProgress
    },
    onStop: (end) => void ends.push(end),
    async close() {
      isInProgress = true
      if (app.server.listening && (delaySeconds > 0 || (await countConnections(app)) > 0)) {
        await sleep(Math.max(delaySeconds * 1000, LINGER_MILLISECONDS))
        await acceptPending()
        // Not the method of the HTTP server, which also cuts off connections that have not sent their first request yet.
        Server.prototype.close.call(app.server)
        await waitForConnections(app)
        await waitUntilAtMost(FIRST_REQUEST_MILLISECONDS, () => silent.size === 0)
      }
      await waitUntilAtMost(PATIENCE_MILLISECONDS, () => gate.inProgress === 0)
      for (const end of ends) end()
      const timer = setTimeout(() => app.server.closeAllConnections(), PATIENCE_MILLISECONDS)
      await app.close()
      clearTimeout(timer)
    },
  }
}

/**
 * Waits for a moment in which all connections are accepted that clients have opened. The system resets the others when the
 * server stops to listen. Callbacks of `setImmediate` run right after connections are accepted; if the round of the event
 * loop before was short, none came in between.
 */
async function acceptPending(): Promise<void> {
  const deadline = performance.now() + QUIET_MILLISECONDS
  for (let before = 0, now = 0; now < deadline; before = now) {
    await new Promise(setImmediate)
    now = performance.now()
    if (now - before < SHORT_ROUND_MILLISECONDS) return
  }
}

/** The connections that have not sent a complete head of a request yet. */
function followSilentConnections({ server }: FastifyInstance): ReadonlySet<Socket> {
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  for (const event of ['request', 'upgrade']) server.on(event, ({ socket }) => silent.delete(socket))
  return silent
}

/** Waits until all connections have ended, but only for the time in which clients open a new one for the next request. */
async function waitForConnections(app: FastifyInstance): Promise<void> {
  const deadline = performance.now() + LINGER_MILLISECONDS
  while ((await countConnections(app)) > 0 && performance.now() < deadline) await sleep(20)
}

async function waitUntilAtMost(milliseconds: number, isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + milliseconds
  while (!isDone() && performance.now() < deadline) await sleep(10)
}

function countConnections(app: FastifyInstance): Promise<number> {
  return new Promise((done) => app.server.getConnections((error, count) => done(error ? 0 : count)))
}

function closeWebSockets(app: FastifyInstance): void {
  for (const client of app.websocketServer.clients) {
    client.close(RESTART_CODE, 'the server restarts')
    // Do not wait for a client that does not confirm the close.
    setTimeout(() => client.terminate(), SOCKET_PATIENCE_MILLISECONDS).unref()
  }
}
