import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { nameAddress } from './client-name.js'
import { createTally } from './tally.js'

/** Closes the connections of an address above the limit. Trusted proxies, which bring many clients, have no limit. */
export function limitConnections(app: FastifyInstance, limit: number, isTrusted: (address: string) => boolean): void {
  const connections = createTally()
  app.server.on('connection', (socket: Socket) => {
    const remote = socket.remoteAddress
    // The client may be gone already.
    if (remote === undefined || isTrusted(remote)) return
    const address = nameAddress(remote)
    if (connections.of(address) >= limit) return void socket.destroy()
    socket.once('close', connections.add(address))
  })
}
