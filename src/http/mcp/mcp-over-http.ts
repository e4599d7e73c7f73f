import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer, ApiRequest } from '../../api-client/api.js'
import { ActbenchError } from '../../errors.js'
import { ANY_ORIGIN } from '../requests/cross-origin.js'

/**
 * Serves the Model Context Protocol at POST /mcp, as Streamable HTTP without sessions: each request has its own server, so
 * any server behind a load balancer answers it. Tools send operations to /graphql of this application, with the key and from
 * the address of the client: they wait, are priced, charged, counted and logged as every operation.
 */
export function addMcp(app: FastifyInstance, version: string): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    // Loaded for the first agent: the packages of the protocol take 0.2 s and 16 MB, which most servers never need.
    const [{ StreamableHTTPServerTransport }, { createMcpServer }] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
      import('../../mcp/create-mcp-server.js'),
    ])
    const server = createMcpServer({
      version,
      send: (operation) => sendOperation(app, request, operation),
      readText: (path) => readOwnText(app, request, path),
    })
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true })
    reply.raw.once('close', () => void server.close())
    reply.hijack()
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...ANY_ORIGIN })) {
      if (value !== undefined) reply.raw.setHeader(name, value)
    }
    // The types of the transport do not allow for `exactOptionalPropertyTypes`.
    await server.connect(transport as Transport)
    await transport.handleRequest(request.raw, reply.raw, request.body)
  }
  app.post('/mcp', { compress: false }, handler)
  // Without sessions, there is nothing to stream before a request and nothing to end.
  app.route({
    method: ['GET', 'DELETE'],
    url: '/mcp',
    handler: async (_request, reply) => {
      reply.code(405).header('allow', 'POST')
      throw Object.assign(
        new ActbenchError('BAD_REQUEST', '/mcp: expected POST, with a message of the Model Context Protocol'),
        {
          statusCode: 405,
        },
      )
    },
  })
}

async function sendOperation(app: FastifyInstance, request: FastifyRequest, operation: ApiRequest): Promise<Answer> {
  const { body } = await app.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress: request.ip,
    headers: { ...keyOf(request), accept: 'application/json', 'content-type': 'application/json' },
    payload: JSON.stringify(operation),
  })
  return JSON.parse(body)
}

async function readOwnText(app: FastifyInstance, request: FastifyRequest, path: string): Promise<string> {
  const { host } = request.headers
  const { statusCode, body } = await app.inject({
    url: path,
    remoteAddress: request.ip,
    headers: { ...(host && { host }) },
  })
  if (statusCode !== 200) throw new Error(`${path}: expected a text, got status ${statusCode}`)
  return body
}

function keyOf({ headers }: FastifyRequest): { authorization?: string } {
  return headers.authorization === undefined ? {} : { authorization: headers.authorization }
}
