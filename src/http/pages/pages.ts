import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isListed, toWeak } from '../requests/etag.js'
import { type PageFile, readPageFiles } from './page-files.js'

/** Addresses that the pages show. They send the same document, whose script reads the address. */
const PAGE_ADDRESSES = [
  ...['/datasets', '/datasets/*', '/functions', '/functions/*', '/compare'],
  ...['/searches', '/searches/*', '/jobs', '/surrogates', '/surrogates/*'],
]
/** The name of such a file changes with its content. */
const FOREVER = 'public, max-age=31536000, immutable'
/** No inline code or style, and nothing from other hosts. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Serves the built pages of web/. Files cost no units, because they are sent from memory. */
export function addPages(app: FastifyInstance): void {
  const files = readPageFiles()
  const index = files.get('index.html')
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    compress: false,
    handler: async (request, reply) => {
      if (index !== undefined && wantsPage(request)) return send(request, reply, index)
      return reply.header('vary', 'accept').send({ name: 'actbench', graphql: '/graphql' })
    },
  })
  if (index === undefined) return
  const sendIndex = async (request: FastifyRequest, reply: FastifyReply) => send(request, reply, index)
  for (const url of PAGE_ADDRESSES) app.route({ method: ['GET', 'HEAD'], url, compress: false, handler: sendIndex })
  for (const [path, file] of files) {
    if (path === 'index.html') continue
    const isHashed = path.startsWith('assets/')
    app.route({
      method: ['GET', 'HEAD'],
      url: `/${path}`,
      compress: false,
      handler: async (request, reply) => send(request, reply, file, isHashed ? FOREVER : 'public, max-age=3600'),
    })
  }
}

/** Whether a browser opens the address, and not a program. */
function wantsPage({ headers }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/html')
}

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile, caching = 'no-cache'): FastifyReply {
  reply.headers({ 'cache-control': caching, vary: 'accept, accept-encoding', etag: file.etag })
  if (file.type.startsWith('text/html')) reply.header('content-security-policy', POLICY)
  const encoding = chooseEncoding(String(request.headers['accept-encoding'] ?? ''), file)
  if (encoding !== null) reply.headers({ 'content-encoding': encoding, etag: toWeak(file.etag) })
  if (isListed(request.headers['if-none-match'], file.etag)) return reply.code(304).send()
  const content = (encoding === null ? null : file[encoding]) ?? file.plain
  reply.type(file.type).header('content-length', content.length)
  return reply.send(request.method === 'HEAD' ? undefined : content)
}

/** The shortest form that the client accepts. */
function chooseEncoding(accepted: string, file: PageFile): 'br' | 'gzip' | null {
  const accepts = (name: string) => new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|\\s|$))`).test(accepted)
  if (file.br !== null && accepts('br')) return 'br'
  return file.gzip !== null && accepts('gzip') ? 'gzip' : null
}
