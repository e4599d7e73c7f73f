import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { PublicDataset } from '../../db/datasets/find-public.js'
import { datasetNotFound } from '../../services/datasets/get-dataset.js'
import { toCroissant } from '../dataset-metadata/croissant.js'
import { toDataCite } from '../dataset-metadata/datacite.js'
import { toJsonLd } from '../dataset-metadata/json-ld.js'
import type { KnownDatasets } from './known-datasets.js'
import { readOrigin } from './origin.js'
import { sendText } from './send-page-file.js'

interface Description {
  readonly type: string
  describe(dataset: PublicDataset, origin: string): object
}

/** The descriptions of a dataset for programs, by the end of their address. */
const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  'croissant.json': { type: 'application/ld+json; charset=utf-8', describe: toCroissant },
  'datacite.json': { type: 'application/vnd.datacite.datacite+json; charset=utf-8', describe: toDataCite },
  'schema-org.json': { type: 'application/ld+json; charset=utf-8', describe: toJsonLd },
}

/** Serves /datasets/<dataset>/croissant.json and the other descriptions. They cost no units. */
export function addDatasetDescriptions(app: FastifyInstance, datasets: KnownDatasets): void {
  for (const [file, { type, describe }] of Object.entries(DESCRIPTIONS)) {
    app.route({
      method: ['GET', 'HEAD'],
      url: `/datasets/:dataset/${file}`,
      handler: async (request: FastifyRequest<{ Params: { dataset: string } }>, reply: FastifyReply) => {
        const { dataset: name } = request.params
        const dataset = await datasets.find(request, name)
        if (!dataset) throw datasetNotFound(name)
        const text = `${JSON.stringify(describe(dataset, readOrigin(request)), null, 2)}\n`
        return sendText(request, reply, { type, text })
      },
    })
  }
}
