import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { nameAddress } from './client-name.js'

/** Closes connections of one address beyond so many at once; a trusted proxy, who brings those of all, has as many as it wants. */
export function limitConnections(app: FastifyInstance, limit: number, isTrusted: (address: string) => boolean): void {
  const counts = new Map<string, number>()
  app.server.on('connection', (socket: Socket) => {
    const remote = socket.remoteAddress
    // Gone already.
    if (remote === undefined || isTrusted(remote)) return
    const address = nameAddress(remote)
    const count = counts.get(address) ?? 0
    if (count >= limit) return void socket.destroy()
    counts.set(address, count + 1)
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    })
  })
}
