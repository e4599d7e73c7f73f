import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The page in which people try queries: GraphiQL with all that it needs inside, so that it works without the internet. */
export interface SandboxPage {
  /** Whether a browser opens the page, rather than a program asks a query. */
  isWanted(request: FastifyRequest): boolean
  send(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}

interface Rendered {
  readonly plain: string
  readonly zipped: Buffer
  readonly etag: string
}

const FIRST_QUERY = `# Write a query and run it with Ctrl-Enter. The field Docs on the left tells what can be asked.
{
  datasets {
    nodes {
      name
      title
      evaluationCount
      leaderboard(first: 5) {
        nodes {
          rank
          expression
          validationAccuracy
        }
      }
    }
  }
}
`

/** The page is made with its first visitor: its 9 MB of script take a tenth of a second to read. */
export function createSandboxPage(): SandboxPage {
  let rendered: Promise<Rendered> | null = null
  return {
    // Its own address bar holds the query that is being written, which programs ask for with another Accept.
    isWanted: ({ method, headers }) => method === 'GET' && (headers.accept ?? '').includes('text/html'),
    async send(request, reply) {
      rendered ??= render()
      const { plain, zipped, etag } = await rendered
      reply.headers({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        vary: 'accept, accept-encoding',
        etag,
        'content-security-policy':
          "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
      })
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      if (!String(request.headers['accept-encoding'] ?? '').includes('gzip')) return reply.send(plain)
      return reply.header('content-encoding', 'gzip').send(zipped)
    },
  }
}

const WEB_SOCKET = 'the address of the web socket'

async function render(): Promise<Rendered> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const page = renderGraphiQL({
    title: 'actbench',
    endpoint: '/graphql',
    subscriptionsEndpoint: WEB_SOCKET,
    subscriptionsProtocol: 'GRAPHQL_WS',
    defaultQuery: FIRST_QUERY,
  } as never)
  // Browsers want a web socket's whole address, which the page alone knows.
  const plain = page.replace(JSON.stringify(WEB_SOCKET), "new URL('/graphql/ws', location.href).href")
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
  return { plain, zipped: await promisify(gzip)(plain), etag }
}
