import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { toLinkHeader } from '../dataset-metadata/signposting.js'
import { within } from '../requests/within.js'
import { describeNothing, describePage } from './describe-page.js'
import { FIRST_QUERIES_FILE } from './first-queries.js'
import type { KnownDatasets } from './known-datasets.js'
import { readOrigin } from './origin.js'
import { findPage, PAGE_ROUTES } from './page-addresses.js'
import { type PageDocuments, wantsPage } from './page-documents.js'
import { sendPageFile } from './send-page-file.js'

/** The name of such a file changes with its content. */
const FOREVER = 'public, max-age=31536000, immutable'
/** A page is shown without what the database knows if it answers later: the page itself waits for the database. */
const PATIENCE_MILLISECONDS = 1000

/**
 * Serves the built pages of web/. They cost no units. All have the same document; its head names the page, so that search
 * engines and previews of links know it without running its script.
 */
export function addPages(app: FastifyInstance, documents: PageDocuments, datasets: KnownDatasets): void {
  const sendPage = createPageSender(documents, datasets)
  app.route({
    method: ['GET', 'HEAD'],
    url: '/',
    handler: async (request, reply) => {
      if (documents.isBuilt && wantsPage(request)) return sendPage(request, reply)
      return reply.header('vary', 'accept').send({ name: 'actbench', graphql: '/graphql' })
    },
  })
  if (!documents.isBuilt) return
  for (const url of PAGE_ROUTES) app.route({ method: ['GET', 'HEAD'], url, handler: sendPage })
  for (const [path, file] of documents.files) {
    if (path === 'index.html' || path === FIRST_QUERIES_FILE) continue
    const caching = path.startsWith('assets/') ? FOREVER : 'public, max-age=3600'
    app.route({
      method: ['GET', 'HEAD'],
      url: `/${path}`,
      compress: false,
      handler: async (request, reply) => sendPageFile(request, reply, file, caching),
    })
  }
}

/** Sends the page of the address, with status 404 if the address has no page, or its dataset does not exist. */
export function createPageSender(documents: PageDocuments, datasets: KnownDatasets) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const origin = readOrigin(request)
    const page = findPage(request.url.split('?', 1)[0])
    if (page === null) return documents.send(request, reply, describeNothing(), { status: 404 })
    const preloads = documents.listFirstQueries(page, request.url)
    if (!('dataset' in page)) return documents.send(request, reply, { ...describePage(page, null, origin), preloads })
    const dataset = await within(PATIENCE_MILLISECONDS, datasets.find(request, page.dataset).catch(ignore), undefined)
    if (dataset === null) return documents.send(request, reply, describeNothing(), { status: 404 })
    const head = { ...describePage(page, dataset ?? null, origin), preloads }
    if (!dataset || page.kind !== 'dataset') return documents.send(request, reply, head)
    return documents.send(request, reply, head, { headers: { link: toLinkHeader(dataset, origin) } })
  }
}

/** The database is away. The page shows what it can. */
function ignore(): undefined {}
