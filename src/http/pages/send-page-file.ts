import type { FastifyReply, FastifyRequest } from 'fastify'
import { isListed, makeEtag, toWeak } from '../requests/etag.js'
import type { PageFile } from './page-files.js'

/** No inline code or style, and nothing from other hosts. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Sends a built file in the shortest form that the client accepts. */
export function sendPageFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: PageFile,
  caching = 'no-cache',
): FastifyReply {
  reply.headers({ 'cache-control': caching, vary: 'accept, accept-encoding', etag: file.etag })
  if (file.type.startsWith('text/html')) reply.header('content-security-policy', PAGE_POLICY)
  const encoding = chooseEncoding(String(request.headers['accept-encoding'] ?? ''), file)
  if (encoding !== null) reply.headers({ 'content-encoding': encoding, etag: toWeak(file.etag) })
  if (isListed(request.headers['if-none-match'], file.etag)) return reply.code(304).send()
  const content = (encoding === null ? null : file[encoding]) ?? file.plain
  reply.type(file.type).header('content-length', content.length)
  return reply.send(request.method === 'HEAD' ? undefined : content)
}

export interface TextAnswer {
  readonly type: string
  readonly text: string
  /** Other headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>
  /** @defaultValue 200 */
  readonly status?: number
}

/** Sends a text that was made for this request. Its route compresses it. */
export function sendText(request: FastifyRequest, reply: FastifyReply, answer: TextAnswer): FastifyReply {
  const { type, text, headers = {}, status = 200 } = answer
  const etag = makeEtag(text)
  reply.headers({ 'cache-control': 'no-cache', vary: 'accept, accept-encoding', etag, ...headers })
  if (status === 200 && isListed(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.code(status).type(type).send(text)
}

/** Sends a page with the policy of all pages. */
export function sendHtml(
  request: FastifyRequest,
  reply: FastifyReply,
  html: string,
  { status, headers = {} }: Pick<TextAnswer, 'status' | 'headers'> = {},
): FastifyReply {
  const type = 'text/html; charset=utf-8'
  const all = { 'content-security-policy': PAGE_POLICY, ...headers }
  return sendText(request, reply, { type, text: html, headers: all, ...(status !== undefined && { status }) })
}

function chooseEncoding(accepted: string, file: PageFile): 'br' | 'gzip' | null {
  const accepts = (name: string) => new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|\\s|$))`).test(accepted)
  if (file.br !== null && accepts('br')) return 'br'
  return file.gzip !== null && accepts('gzip') ? 'gzip' : null
}
