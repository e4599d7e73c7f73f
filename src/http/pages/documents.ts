import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { ActbenchError } from '../../errors.js'
import { PROJECT_ROOT } from '../../root.js'
import { makeEtag } from '../requests/etag.js'
import type { PageDocuments } from './page-documents.js'
import { PAGE_TYPES } from './page-files.js'
import { sendPageFile } from './send-page-file.js'

/** The documents of the project, which the build of the pages writes as HTML. */
export interface SiteDocuments {
  /** The addresses of their pages. */
  readonly addresses: readonly string[]
}

const FOLDER = join(PROJECT_ROOT, 'build/documents')

/** Serves /docs/. Files are read when somebody asks for them, because most never are. Only files that were there at the start are sent. */
export function addDocuments(app: FastifyInstance, pages: PageDocuments): SiteDocuments {
  const files = new Map(listFiles().map((name) => [addressOf(name), name]))
  const send = async (path: string) => {
    const name = files.get(path)
    if (name === undefined) return null
    const plain = await readFile(join(FOLDER, name))
    return { type: PAGE_TYPES[extname(name)], plain, etag: makeEtag(plain.toString('base64')), br: null, gzip: null }
  }
  if (files.size > 0) {
    for (const url of ['/docs', '/docs/*']) {
      app.route({
        method: ['GET', 'HEAD'],
        url,
        handler: async (request, reply) => {
          const path = request.url
            .split('?', 1)[0]
            .replace(/(.)\/$/, '$1')
            .replace(/\.(?:md|html)$/, '')
          const file = await send(path)
          if (file === null) return pages.sendNothing(request, reply) ?? refuse()
          return sendPageFile(request, reply, file)
        },
      })
    }
  }
  return { addresses: [...files].filter(([, name]) => name.endsWith('.html')).map(([address]) => address) }
}

function refuse(): never {
  throw new ActbenchError('NOT_FOUND', 'path: there is no such document; expected /docs, or a page that it leads to')
}

function listFiles(): string[] {
  if (!existsSync(FOLDER)) return []
  return readdirSync(FOLDER, { recursive: true })
    .map((name) => String(name).split(sep).join('/'))
    .filter((name) => PAGE_TYPES[extname(name)] !== undefined)
    .sort()
}

/** `index.html` is the page of its folder. */
function addressOf(name: string): string {
  return `/docs/${name}`.replace(/\.html$/, '').replace(/\/index$/, '')
}
