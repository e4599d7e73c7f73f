import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isListed, makeEtag } from '../requests/etag.js'

/** The page for trying queries: GraphiQL with all its scripts inside, so that it works without the internet. */
export interface SandboxPage {
  /** Whether the request comes from a browser that opens the page, and not from a program that sends a query. */
  isWanted(request: FastifyRequest): boolean
  send(request: FastifyRequest, reply: FastifyReply): Promise<unknown>
}

interface Rendered {
  readonly plain: string
  readonly gzip: Buffer
  readonly br: Buffer
  readonly etag: string
}

const FIRST_QUERY = `# Write a query and run it with Ctrl-Enter. The panel Docs on the left lists everything that you can ask for.
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

/** The page is created for its first visitor, because its 9 MB of script take a tenth of a second to read. */
export function createSandboxPage(): SandboxPage {
  let rendered: Promise<Rendered> | null = null
  return {
    // GraphiQL keeps the query in the address bar; a program that asks for the same address accepts another type.
    isWanted: ({ method, headers }) => method !== 'POST' && (headers.accept ?? '').includes('text/html'),
    async send(request, reply) {
      rendered ??= render()
      const { plain, etag, ...compressed } = await rendered
      reply.headers({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        vary: 'accept, accept-encoding',
        etag,
        'content-security-policy':
          "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'",
      })
      if (isListed(request.headers['if-none-match'], etag)) return reply.code(304).send()
      const accepted = String(request.headers['accept-encoding'] ?? '')
      const encoding = /gzip|\*/.test(accepted) ? 'gzip' : accepted.includes('br') ? 'br' : null
      if (!encoding) return reply.send(plain)
      return reply.header('content-encoding', encoding).send(compressed[encoding])
    },
  }
}

const WEB_SOCKET = 'the address of the web socket'

const BROTLI_OPTIONS = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

async function render(): Promise<Rendered> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const page = renderGraphiQL({
    title: 'actbench',
    endpoint: '/graphql',
    subscriptionsEndpoint: WEB_SOCKET,
    subscriptionsProtocol: 'GRAPHQL_WS',
    defaultQuery: FIRST_QUERY,
  } as never)
  // A browser needs the whole address of a web socket, which only the page knows.
  const plain = page.replace(JSON.stringify(WEB_SOCKET), "new URL('/graphql/ws', location.href).href")
  // Compressed once, because it has 9 MB: no visitor makes the server compress it again.
  const [gzipped, br] = await Promise.all([promisify(gzip)(plain), promisify(brotliCompress)(plain, BROTLI_OPTIONS)])
  return { plain, gzip: gzipped, br, etag: makeEtag(plain) }
}
