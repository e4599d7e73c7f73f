import type { FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import type { Database } from '../../db/connection/client.js'
import {
  findPublicDataset,
  listPublicDatasets,
  type MappedDataset,
  type PublicDataset,
} from '../../db/datasets/find-public.js'
import { isDatasetName } from '../../services/datasets/dataset-name.js'
import { nameAddress } from '../requests/client-name.js'
import type { RequestGate } from '../requests/request-gate.js'

/** What the pages say of datasets, from the database. */
export interface KnownDatasets {
  /** Null for an unknown dataset. */
  find(request: FastifyRequest, name: string): Promise<PublicDataset | null>
  /** The first datasets by name. */
  list(request: FastifyRequest): Promise<readonly MappedDataset[]>
}

const FRESH_MILLISECONDS = 5000
/** A map of a site may have 50,000 addresses. */
const MOST_DATASETS = 10_000

/**
 * Reads datasets for pages. Pages cost no units, so what was read is kept for seconds, and a read waits for the turn of its
 * address like an operation.
 */
export function createKnownDatasets({ kysely }: Database, gate: Pick<RequestGate, 'admit'>): KnownDatasets {
  const found = new LRUCache<string, PublicDataset>({ max: 200, ttl: FRESH_MILLISECONDS })
  let listed: { readonly until: number; readonly datasets: Promise<MappedDataset[]> } | null = null
  const inTurn = async <Value>(request: FastifyRequest, read: () => Promise<Value>): Promise<Value> => {
    const { release } = await gate.admit(nameAddress(request.ip), undefined)
    try {
      return await read()
    } finally {
      release()
    }
  }
  return {
    async find(request, name) {
      if (!isDatasetName(name)) return null
      const known = found.get(name)
      if (known) return known
      return inTurn(request, async () => {
        const dataset = await findPublicDataset(kysely, name)
        // A dataset that is created next is found at once.
        if (dataset) found.set(name, dataset)
        return dataset
      })
    },
    async list(request) {
      if (listed && listed.until > Date.now()) return listed.datasets
      return inTurn(request, async () => {
        const datasets = listPublicDatasets(kysely, MOST_DATASETS)
        listed = { until: Date.now() + FRESH_MILLISECONDS, datasets }
        datasets.catch(() => {
          listed = null
        })
        return datasets
      })
    },
  }
}
