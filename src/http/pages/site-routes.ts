import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql'
import type { SiteDocuments } from './documents.js'
import type { KnownDatasets } from './known-datasets.js'
import { readOrigin } from './origin.js'
import { sendText } from './send-page-file.js'
import { writeLlms, writeRobots, writeSitemap } from './site-texts.js'

const PLAIN = 'text/plain; charset=utf-8'

/** Serves the addresses that programs look for first: /robots.txt, /sitemap.xml, /llms.txt and /schema.graphql. */
export function addSiteRoutes(
  app: FastifyInstance,
  schema: GraphQLSchema,
  datasets: KnownDatasets,
  documents: SiteDocuments,
): void {
  let printed: string | null = null
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
    '/schema.graphql': {
      type: PLAIN,
      // Sorted, so that it changes only with the API.
      write: () => (printed ??= `${printSchema(lexicographicSortSchema(schema))}\n`),
    },
  }
  for (const [url, { type, write }] of Object.entries(texts)) {
    app.route({
      method: ['GET', 'HEAD'],
      url,
      handler: async (request, reply) => sendText(request, reply, { type, text: await write(request) }),
    })
  }
}
