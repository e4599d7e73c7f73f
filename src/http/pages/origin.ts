import type { FastifyRequest } from 'fastify'

/** The scheme, name and port under which the client reached the service, for addresses that must be whole. */
export function readOrigin({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string {
  // Clients of HTTP/1.0 need not name a host.
  const address = `${protocol}://${host || 'localhost'}`
  return URL.canParse(address) ? new URL(address).origin : 'http://localhost'
}
