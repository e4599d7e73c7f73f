import type { FastifyReply, FastifyRequest } from 'fastify'
import { describeNothing } from './describe-page.js'
import { createFirstQueries, FIRST_QUERIES_FILE } from './first-queries.js'
import { readOrigin } from './origin.js'
import type { Page } from './page-addresses.js'
import { type PageFile, readPageFiles } from './page-files.js'
import { fillHead, type PageHead } from './page-head.js'
import { sendHtml } from './send-page-file.js'

/** The built pages: one document, whose script reads the address, and its files. */
export interface PageDocuments {
  /** By their path, such as `assets/main-X.js`. */
  readonly files: ReadonlyMap<string, PageFile>
  /** Whether the pages were built. */
  readonly isBuilt: boolean
  /** The addresses of the queries that a page with this address sends first. */
  listFirstQueries(page: Page, url: string): readonly string[]
  /** Sends the document with the head of a page. */
  send(
    request: FastifyRequest,
    reply: FastifyReply,
    head: PageHead,
    answer?: { status?: number; headers?: Record<string, string> },
  ): FastifyReply
  /** Shows a browser that an address has no page. Null for programs, which want an error that they can read. */
  sendNothing(request: FastifyRequest, reply: FastifyReply): FastifyReply | null
}

export function openPageDocuments(): PageDocuments {
  const files = readPageFiles()
  const document = files.get('index.html')?.plain.toString() ?? ''
  const send: PageDocuments['send'] = (request, reply, head, answer) =>
    sendHtml(request, reply, fillHead(document, readOrigin(request), head), answer)
  return {
    files,
    isBuilt: document !== '',
    listFirstQueries: createFirstQueries(files.get(FIRST_QUERIES_FILE)?.plain.toString() ?? '{}'),
    send,
    sendNothing: (request, reply) =>
      document !== '' && wantsPage(request) ? send(request, reply, describeNothing(), { status: 404 }) : null,
  }
}

/** Whether a browser opens the address, and not a program. */
export function wantsPage({ method, headers }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html')
}
