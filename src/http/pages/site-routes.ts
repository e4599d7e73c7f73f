import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import { makeEtag } from '../requests/etag.js'
import type { SiteDocuments } from './documents.js'
import type { KnownDatasets } from './known-datasets.js'
import { readOrigin } from './origin.js'
import type { PageFile } from './page-files.js'
import { sendPageFile, sendText } from './send-page-file.js'
import { writeLlms, writeRobots, writeSitemap } from './site-texts.js'

const PLAIN = 'text/plain; charset=utf-8'

/** Serves the addresses that programs look for first: /robots.txt, /sitemap.xml, /llms.txt and /schema.graphql. */
export function addSiteRoutes(
  app: FastifyInstance,
  schema: GraphQLSchema,
  datasets: KnownDatasets,
  documents: SiteDocuments,
): void {
  const texts: Record<string, { type: string; write: (request: FastifyRequest) => string | Promise<string> }> = {
    '/robots.txt': { type: PLAIN, write: (request) => writeRobots(readOrigin(request)) },
    '/llms.txt': {
      type: PLAIN,
      write: async (request) =>
        writeLlms(readOrigin(request), await datasets.list(request), documents.addresses.length > 0),
    },
    '/sitemap.xml': {
      type: 'application/xml; charset=utf-8',
      write: async (request) => writeSitemap(readOrigin(request), await datasets.list(request), documents.addresses),
    },
  }
  for (const [url, { type, write }] of Object.entries(texts)) {
    app.route({
      method: ['GET', 'HEAD'],
      url,
      handler: async (request, reply) => sendText(request, reply, { type, text: await write(request) }),
    })
  }
  let file: Promise<PageFile> | null = null
  app.route({
    method: ['GET', 'HEAD'],
    url: '/schema.graphql',
    compress: false,
    handler: async (request, reply) => {
      file ??= printToFile(schema)
      return sendPageFile(request, reply, await file)
    },
  })
}

/** The schema as text, compressed once. Sorted, so that it changes only with the API. */
async function printToFile(schema: GraphQLSchema): Promise<PageFile> {
  const text = `${printSchema(lexicographicSortSchema(schema))}\n`
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
  const [br, gzipped] = await Promise.all([promisify(brotliCompress)(text, { params }), promisify(gzip)(text)])
  return { type: PLAIN, plain: Buffer.from(text), etag: makeEtag(text), br, gzip: gzipped }
}
