import { once } from 'node:events'
import { createServer } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { requireScope } from '../../services/access/viewer.js'
import { nameAddress } from '../requests/client-name.js'
import type { RequestGate } from '../requests/request-gate.js'
import type { Metrics } from './metrics.js'

/** Serves /metrics to keys with the scope ADMIN only, because the numbers reveal what other clients do. */
export function addMetrics(app: FastifyInstance, gate: RequestGate): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const { viewer, release } = await gate.admit(nameAddress(request.ip), request.headers.authorization)
    try {
      requireScope(viewer, 'ADMIN')
      reply.header('cache-control', 'no-store').type(gate.metrics.contentType)
      return reply.send(await gate.metrics.write())
    } finally {
      release()
    }
  }
  app.route({ method: ['GET', 'HEAD'], url: '/metrics', handler })
}

export interface MetricsPort {
  readonly port: number
  close(): Promise<void>
}

/** Serves /metrics on its own port, without a key, for a network that only operators reach. Port 0: any free port. */
export async function openMetricsPort(host: string, port: number, metrics: Metrics): Promise<MetricsPort> {
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end()
    try {
      const text = await metrics.write()
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text)
    } catch {
      response.writeHead(500).end()
    }
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
