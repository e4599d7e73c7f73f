import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Database } from '../../db/connection/client.js'
import { listSnapshots } from '../../db/snapshots/find-snapshots.js'
import { listChangedDays } from '../../db/snapshots/list-changed-days.js'
import { listSnapshotFiles } from '../../db/snapshots/read-parts.js'
import { ActbenchError } from '../../errors.js'
import { datasetNotFound } from '../../services/datasets/get-dataset.js'
import { getSnapshot, snapshotGone } from '../../services/snapshots/get-snapshot.js'
import type { KnownDatasets } from '../pages/known-datasets.js'
import { readOrigin } from '../pages/origin.js'
import { sendText } from '../pages/send-page-file.js'
import { toErrorBody } from '../requests/error-handler.js'
import { writeFeed } from './feed.js'
import { toSnapshotCroissant } from './snapshot-croissant.js'

const MOST_SNAPSHOTS = 50
const MOST_DAYS = 30
/** Feeds cost no units, so what was read is kept. */
const FRESH_MILLISECONDS = 10_000

/**
 * Serves /datasets/<dataset>/changes.atom and /datasets/<dataset>@<snapshot>/croissant.json. They cost no units; datasets are
 * found in turn, like those of pages.
 */
export function addSnapshotRoutes(app: FastifyInstance, { kysely }: Database, datasets: KnownDatasets): void {
  const feeds = new LRUCache<string, string>({ max: 200, ttl: FRESH_MILLISECONDS })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/datasets/:dataset/changes.atom',
    handler: async (request: FastifyRequest<{ Params: { dataset: string } }>, reply) => {
      const { dataset: name } = request.params
      const dataset = await datasets.find(request, name)
      if (!dataset) throw datasetNotFound(name)
      const origin = readOrigin(request)
      const key = `${origin} ${dataset.id}`
      let text = feeds.get(key)
      if (text === undefined) {
        const snapshots = await listSnapshots(kysely, name, MOST_SNAPSHOTS)
        const days = await listChangedDays(kysely, dataset.id, MOST_DAYS)
        text = writeFeed({ dataset, snapshots, days, origin })
        feeds.set(key, text)
      }
      return sendText(request, reply, { type: 'application/atom+xml; charset=utf-8', text })
    },
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/datasets/:key(^[^/@]+@[^/@]+$)/croissant.json',
    handler: async (request: FastifyRequest<{ Params: { key: string } }>, reply) => {
      const [name, snapshotName] = request.params.key.split('@')
      const dataset = await datasets.find(request, name)
      const snapshot = await getSnapshot(kysely, { dataset: name, name: snapshotName }, 'path')
      if (snapshot.deletedAt) {
        const { message, extensions } = snapshotGone(snapshot)
        return reply.code(410).send(toErrorBody('NOT_FOUND', message, extensions))
      }
      if (dataset?.exportsClosed)
        throw new ActbenchError('FORBIDDEN', `the operator of this service has closed the exports of ${name}`)
      const files = await listSnapshotFiles(kysely, snapshot.id)
      const text = `${JSON.stringify(toSnapshotCroissant(snapshot, files, readOrigin(request)), null, 2)}\n`
      return sendText(request, reply, { type: 'application/ld+json; charset=utf-8', text })
    },
  })
}
