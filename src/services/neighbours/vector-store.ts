import { LRUCache } from 'lru-cache'
import type { Database } from '../../db/connection/client.js'
import {
  columnsOf,
  scanVectors,
  stampVectors,
  type VectorBlock,
  type VectorSource,
} from '../../db/features/load-vectors.js'
import { createDatabaseCache } from '../database-cache.js'
import { addNew, createSketchedVectors, type SketchedVectors } from './sketched-vectors.js'

/** Stored functions, nearest first. */
export type Nearest = readonly { readonly activationId: number; readonly distance: number }[]

/** The vectors of a source, or a sketch of a large source. */
type Vectors =
  | { readonly kind: 'WHOLE'; readonly blocks: readonly VectorBlock[] }
  | { readonly kind: 'SKETCHED'; readonly sketched: SketchedVectors }

export interface OpenVectors {
  readonly vectors: Vectors
  /** What was found in these vectors, by any text that names the question. */
  readonly found: LRUCache<string, Nearest>
}

/** Number of functions that are kept for each source with the nearest ones: about 2 MB. */
const MOST_FOUND = 20_000
const createFound = () =>
  new LRUCache<string, Nearest>({ maxSize: MOST_FOUND, sizeCalculation: (nearest) => nearest.length + 1 })

/**
 * Sources up to this size stay in memory as a whole (outputs of 50,000 functions, the spectra of a published dataset).
 * Larger ones are sketched, in 136 bytes per vector.
 */
const MOST_BYTES = 192 * 2 ** 20

interface Kept {
  stamp: string
  opened: Vectors
  found: OpenVectors['found']
  renewing: Promise<void> | null
}

const cache = createDatabaseCache<string, Kept>(3)

/**
 * The current vectors of a source. They stay in memory, and later calls add new vectors. The first call for a large source
 * reads it once (outputs of 400,000 functions are 1.6 GB), with memory for one block and the sketch. Concurrent callers wait
 * for the same pass.
 *
 * What is found in the vectors is kept with them. Without that, each question compares a function with all of them: 0.5 ms for 3,000
 * functions, 100 ms for 500,000.
 */
export async function openVectors(database: Database, source: VectorSource): Promise<OpenVectors> {
  const { stamp, bytes } = await stampVectors(database, source)
  const isLarge = bytes > MOST_BYTES
  const key = `${keyOf(source)}${isLarge ? ' sketched' : ''}`
  const kept = await cache.get(database, key, async () => ({
    stamp,
    opened: isLarge ? await openSketched(database, source) : await openWhole(database, source),
    found: createFound(),
    renewing: null,
  }))
  if (kept.stamp !== stamp) {
    kept.renewing ??= renew(database, source, kept, stamp).finally(() => {
      kept.renewing = null
    })
    await kept.renewing
  }
  return { vectors: kept.opened, found: kept.found }
}

async function renew(database: Database, source: VectorSource, kept: Kept, stamp: string): Promise<void> {
  // Outputs are only added; spectra may also be replaced.
  if (kept.opened.kind === 'WHOLE') kept.opened = await openWhole(database, source)
  else if (source.kind === 'OUTPUTS') await addNew(database, kept.opened.sketched)
  else kept.opened = await openSketched(database, source)
  kept.found = createFound()
  kept.stamp = stamp
}

async function openSketched(database: Database, source: VectorSource): Promise<Vectors> {
  const sketched = createSketchedVectors(source, columnsOf(source))
  await addNew(database, sketched)
  return { kind: 'SKETCHED', sketched }
}

async function openWhole(database: Database, source: VectorSource): Promise<Vectors> {
  const blocks: VectorBlock[] = []
  for await (const block of scanVectors(database, source)) blocks.push(block)
  return { kind: 'WHOLE', blocks }
}

function keyOf(source: VectorSource): string {
  return source.kind === 'OUTPUTS'
    ? source.kind
    : [source.kind, source.datasetId, source.version, source.columns].join()
}
