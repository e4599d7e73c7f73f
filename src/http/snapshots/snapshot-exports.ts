import { Readable } from 'node:stream'
import type {} from '@fastify/compress'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { KyselyDb } from '../../db/connection/kysely.js'
import { areExportsClosed } from '../../db/exports/find-export.js'
import type { SnapshotRow } from '../../db/snapshots/find-snapshots.js'
import { listSnapshotFiles, type SnapshotFileRow } from '../../db/snapshots/read-parts.js'
import { ActbenchError } from '../../errors.js'
import type { Services } from '../../graphql/context.js'
import { requireAccepted } from '../../services/access/budget.js'
import { citeSnapshot } from '../../services/snapshots/cite-snapshot.js'
import { getSnapshot, snapshotGone } from '../../services/snapshots/get-snapshot.js'
import { readPackedSnapshot, readSnapshotBytes } from '../../services/snapshots/read-snapshot.js'
import { SNAPSHOT_FORMATS, type SnapshotFormat } from '../../services/snapshots/write-file.js'
import { readByteRange } from '../exports/byte-range.js'
import { acceptsGzip } from '../exports/send-export.js'
import { readOrigin } from '../pages/origin.js'
import { nameAddress, nameClient } from '../requests/client-name.js'
import { toErrorBody } from '../requests/error-handler.js'
import { isListed } from '../requests/etag.js'
import { toRateLimitHeaders } from '../requests/rate-limit-headers.js'
import type { RequestGate } from '../requests/request-gate.js'

/** Price of a file of a snapshot, whose bytes only have to be read; and of HEAD and an answer 304. */
const SNAPSHOT_PRICE = 100
const SNAPSHOT_HEAD_PRICE = 10
/** The bytes of an address never change. After a deletion, a cache may still have them. */
const FOREVER = 'public, max-age=31536000, immutable'

type SnapshotKind = SnapshotFormat | 'bib' | 'about.json'
const FORMATS = Object.keys(SNAPSHOT_FORMATS) as SnapshotFormat[]
const KINDS: readonly SnapshotKind[] = [...FORMATS, 'bib', 'about.json']

type SnapshotRoute = FastifyRequest<{ Params: { file: string } }>

/**
 * Serves snapshots: /export/<dataset>@<snapshot>.<jsonl|csv|parquet>, always the same bytes, and .bib and .about.json. A file
 * has its SHA-256 as ETag, and clients may read parts of it. A deleted snapshot answers 410 with the reason. Each part is read
 * from the database when the client is ready for it, so no connection waits for a slow client.
 */
export function addSnapshotExports(
  app: FastifyInstance,
  { database, budget }: Pick<Services, 'database' | 'budget'>,
  gate: Pick<RequestGate, 'admit'>,
): void {
  const handler = async (request: SnapshotRoute, reply: FastifyReply) => {
    const { dataset, name, kind } = parseFile(request.params.file)
    const { viewer, release } = await gate.admit(nameAddress(request.ip), request.headers.authorization)
    const charge = async (cost: number) => {
      const spending = await budget.charge(nameClient(viewer, request.ip), cost)
      reply.headers(toRateLimitHeaders(spending, budget.limit))
      requireAccepted(spending)
    }
    try {
      await charge(SNAPSHOT_HEAD_PRICE)
      const snapshot = await getSnapshot(database.kysely, { dataset, name }, 'path')
      if (snapshot.deletedAt) {
        const { message, extensions } = snapshotGone(snapshot)
        return reply
          .code(410)
          .header('cache-control', 'no-cache')
          .send(toErrorBody('NOT_FOUND', message, extensions))
      }
      const address = `${readOrigin(request)}/export/${dataset}@${name}`
      if (kind === 'bib')
        return reply.type('application/x-bibtex; charset=utf-8').send(citeSnapshot(snapshot, `${address}.jsonl`))
      const files = await listSnapshotFiles(database.kysely, snapshot.id)
      if (kind === 'about.json') return reply.send(describeSnapshot(snapshot, files, address))
      const file = files.find(({ format }) => format === kind)
      if (!file) throw new ActbenchError('NOT_FOUND', `path: ${dataset}@${name} has no file of the format ${kind}`)
      await requireOpenExports(database.kysely, snapshot)
      return await sendSnapshotFile(database.kysely, request, reply, { snapshot, file, kind, charge })
    } finally {
      release()
    }
  }
  app.route({ method: ['GET', 'HEAD'], url: '/export/:file(^[^/@]+@[^/@]+$)', compress: false, handler })
}

function parseFile(file: string): { dataset: string; name: string; kind: SnapshotKind } {
  const [dataset, rest] = file.split('@')
  const kind = KINDS.find((each) => rest.endsWith(`.${each}`))
  if (kind) return { dataset, name: rest.slice(0, -kind.length - 1), kind }
  const suffixes = KINDS.map((each) => `.${each}`).join(', ')
  throw new ActbenchError(
    'NOT_FOUND',
    `path: there is no such export; expected /export/<dataset>@<snapshot> and one of ${suffixes}`,
  )
}

/** What is known of a snapshot, for programs. */
function describeSnapshot(snapshot: SnapshotRow, files: readonly SnapshotFileRow[], address: string): object {
  const { id: _, datasetId: __, datasetName: dataset, deletedAt: ___, deletionReason: ____, ...about } = snapshot
  return {
    ...{ dataset, ...about, bibtex: citeSnapshot(snapshot, `${address}.jsonl`) },
    files: files.map(({ format, size, checksum }) => ({ format, url: `${address}.${format}`, size, sha256: checksum })),
  }
}

/** The operator may close the exports of a dataset, and so those of its snapshots. */
async function requireOpenExports(db: KyselyDb, { datasetId, datasetName }: SnapshotRow): Promise<void> {
  if (datasetId === null || !(await areExportsClosed(db, datasetId))) return
  throw new ActbenchError('FORBIDDEN', `the operator of this service has closed the exports of ${datasetName}`)
}

interface Wanted {
  readonly snapshot: SnapshotRow
  readonly file: SnapshotFileRow
  readonly kind: SnapshotFormat
  charge(cost: number): Promise<void>
}

async function sendSnapshotFile(
  db: KyselyDb,
  request: SnapshotRoute,
  reply: FastifyReply,
  { snapshot, file, kind, charge }: Wanted,
): Promise<FastifyReply> {
  const { mediaType, isText } = SNAPSHOT_FORMATS[kind]
  const { range: rangeHeader, 'if-range': ifRange, 'if-none-match': known } = request.headers
  const isPacked = isText && rangeHeader === undefined && acceptsGzip(request.headers['accept-encoding'])
  const etag = isPacked ? `"${file.checksum}-gzip"` : `"${file.checksum}"`
  const { datasetName, name } = snapshot
  const about = `/export/${datasetName}@${name}`
  reply
    .headers({ etag, vary: 'accept-encoding', 'cache-control': FOREVER, 'accept-ranges': 'bytes' })
    .header('repr-digest', `sha-256=:${Buffer.from(file.checksum, 'hex').toString('base64')}:`)
    .header('link', `<${about}.bib>; rel="cite-as", <${about}.about.json>; rel="describedby"`)
    .header('content-disposition', `attachment; filename="${datasetName}-${name}.${kind}"`)
    .type(mediaType)
  if (isListed(known, etag)) return reply.code(304).send()
  const isHead = request.method === 'HEAD'
  if (isPacked) {
    reply.header('content-encoding', 'gzip')
    if (isHead) return reply.send()
    await charge(SNAPSHOT_PRICE - SNAPSHOT_HEAD_PRICE)
    return reply.send(toStream(readPackedSnapshot(db, snapshot.id, kind)))
  }
  const range = isHead ? null : readByteRange(rangeHeader, ifRange as string | undefined, etag, file.size)
  if (range === 'UNSATISFIABLE') {
    return reply.code(416).header('content-range', `bytes */${file.size}`).type('text/plain').send('')
  }
  const { first, last } = range ?? { first: 0, last: file.size - 1 }
  reply.header('content-length', last - first + 1)
  if (isHead) return reply.send()
  await charge(Math.ceil(((last - first + 1) / file.size) * (SNAPSHOT_PRICE - SNAPSHOT_HEAD_PRICE)))
  if (range) reply.code(206).header('content-range', `bytes ${first}-${last}/${file.size}`)
  return reply.send(toStream(readSnapshotBytes(db, snapshot.id, kind, { first, last })))
}

function toStream(pieces: AsyncIterable<Buffer>): Readable {
  return Readable.from(pieces, { objectMode: false })
}
