import type { Database } from '../../db/connection/client.js'
import { loadVectors, type VectorBlock } from '../../db/features/load-vectors.js'
import type { Dataset } from '../../db/generated/client.js'
import { findActivationIds } from '../../db/surrogates/find-points.js'
import {
  computeDistance,
  type DistanceMetric,
  type FeatureMatrix,
} from '../../surrogate/feature-vectors/feature-matrix.js'
import { getDataset } from '../datasets/get-dataset.js'
import { openAppliedMap } from '../surrogates/applied-surrogate.js'
import { getReadyMap } from '../surrogates/get-surrogate.js'
import { spectraOf } from '../surrogates/load-spectra.js'
import { getValidInteger, refuseInput } from '../validate-input.js'
import { createNearestHeap, type NearestHeap } from './nearest-heap.js'
import { offerSketched } from './sketched-vectors.js'
import { type Nearest, type OpenVectors, openVectors } from './vector-store.js'

export interface NeighboursInput {
  /** Give the identity or the id. */
  readonly identityHex?: string
  readonly activationId?: number | null
  /** Outputs of the function. It need not be stored. */
  readonly outputs: Float32Array
  /** Required for every space except OUTPUTS. */
  readonly datasetName?: string | null
  readonly space: 'OUTPUTS' | 'FISHER_SPECTRUM' | 'EMBEDDING'
  /** 1 to 100. */
  readonly first: number
}

/**
 * The stored functions that are nearest to a function, without itself, nearest first: by outputs (Euclidean distance), by
 * Fisher spectra of the dataset (Manhattan), or on the map of its newest READY surrogate (Euclidean). The result is exact: a
 * vector is skipped only if a lower bound of its distance is greater than the distances found. A function without a vector
 * in the space (outputs that are not finite, no stored spectrum) has no neighbours there. Throws BAD_USER_INPUT (`first`, a
 * missing `dataset`), NOT_FOUND, or, for EMBEDDING, SURROGATE_UNAVAILABLE.
 */
export async function neighbours(database: Database, input: NeighboursInput): Promise<Nearest> {
  getValidInteger('first', input.first, 1, 100)
  const dataset = input.space === 'OUTPUTS' ? null : await getNamedDataset(database, input)
  const activationId = await findOwnId(database, input)
  if (input.space === 'OUTPUTS') return findByOutputs(database, input, activationId)
  const heap = createNearestHeap(input.first)
  if (input.space === 'EMBEDDING') await offerByMapPoint(database, dataset as Dataset, input, activationId, heap)
  else await offerBySpectrum(database, dataset as Dataset, activationId, heap)
  return heap.toSorted()
}

async function getNamedDataset(database: Database, { datasetName, space }: NeighboursInput): Promise<Dataset> {
  if (datasetName === null || datasetName === undefined) refuseInput('dataset', `a dataset for ${space}`, datasetName)
  return getDataset(database.prisma, datasetName)
}

async function findOwnId(database: Database, { activationId, identityHex }: NeighboursInput): Promise<number> {
  if (activationId !== null && activationId !== undefined) return activationId
  const found = identityHex && (await findActivationIds(database.kysely, [identityHex])).get(identityHex)
  return found || NOT_STORED
}

/** No activation has this id. */
const NOT_STORED = 0

/** What is found for a stored function stays true until outputs are added, because its own outputs never change. */
async function findByOutputs(
  database: Database,
  { outputs, first }: NeighboursInput,
  activationId: number,
): Promise<Nearest> {
  if (!outputs.every(Number.isFinite)) return []
  const { vectors, found } = await openVectors(database, { kind: 'OUTPUTS' })
  const question = activationId === NOT_STORED ? null : `${activationId} ${first}`
  const known = question === null ? undefined : found.get(question)
  if (known) return known
  const heap = createNearestHeap(first)
  await offerAll(database, vectors, outputs, activationId, 'euclidean', heap)
  const nearest = heap.toSorted()
  if (question !== null) found.set(question, nearest)
  return nearest
}

async function offerBySpectrum(database: Database, dataset: Dataset, activationId: number, heap: NearestHeap) {
  const source = spectraOf(dataset)
  if (!source || activationId === NOT_STORED) return
  const { values, activationIds } = await loadVectors(database, source, Int32Array.of(activationId))
  if (activationIds.length === 0 || !values.every(Number.isFinite)) return
  const { vectors } = await openVectors(database, source)
  await offerAll(database, vectors, values, activationId, 'manhattan', heap)
}

async function offerAll(
  database: Database,
  vectors: OpenVectors['vectors'],
  vector: Float32Array,
  except: number,
  metric: DistanceMetric,
  heap: NearestHeap,
): Promise<void> {
  const query = { values: vector, rows: 1, columns: vector.length }
  if (vectors.kind === 'SKETCHED') return offerSketched(database, vectors.sketched, vector, except, heap)
  for (const block of vectors.blocks) {
    offerBlock(block, query, except, metric, heap)
    // Blocks are in memory, so other requests would have to wait for all of them.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function offerBlock(
  { activationIds, values, columns }: VectorBlock,
  query: FeatureMatrix,
  except: number,
  metric: DistanceMetric,
  heap: NearestHeap,
): void {
  const rows = activationIds.length
  const matrix = { values, rows, columns }
  for (let row = 0; row < rows; row++) {
    if (activationIds[row] === except) continue
    const distance = computeDistance(metric, query, 0, matrix, row, heap.limit())
    if (distance !== Number.POSITIVE_INFINITY) heap.offer(activationIds[row], distance)
  }
}

async function offerByMapPoint(
  database: Database,
  dataset: Dataset,
  { outputs }: NeighboursInput,
  activationId: number,
  heap: NearestHeap,
): Promise<void> {
  const applied = await openAppliedMap(database, await getReadyMap(database.prisma, dataset))
  const own = applied.points.find((point) => point.activationId === activationId)
  if (!own && !outputs.every(Number.isFinite)) return
  const [x, y] = own ? [own.x, own.y] : await findPlace(applied.predict([{ outputs, spectrum: null }]))
  for (const point of applied.points) {
    if (point.activationId !== activationId) heap.offer(point.activationId, Math.hypot(point.x - x, point.y - y))
  }
}

async function findPlace(predicting: ReturnType<Awaited<ReturnType<typeof openAppliedMap>>['predict']>) {
  const [{ mapPoint }] = await predicting
  return mapPoint as readonly [number, number]
}
