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

/** The vectors of a source, or a sketch of a large source. */
export type OpenVectors =
  | { readonly kind: 'WHOLE'; readonly blocks: readonly VectorBlock[] }
  | { readonly kind: 'SKETCHED'; readonly sketched: SketchedVectors }

/**
 * Sources up to this size stay in memory as a whole (outputs of 50,000 functions, the spectra of a published dataset).
 * Larger ones are sketched, in 136 bytes per vector.
 */
const MOST_BYTES = 192 * 2 ** 20

interface Kept {
  stamp: string
  opened: OpenVectors
  renewing: Promise<void> | null
}

const cache = createDatabaseCache<string, Kept>(3)

/**
 * The current vectors of a source. They stay in memory, and later calls add new vectors. The first call for a large source
 * reads it once (outputs of 400,000 functions are 1.6 GB), with memory for one block and the sketch. Concurrent callers wait
 * for the same pass.
 */
export async function openVectors(database: Database, source: VectorSource): Promise<OpenVectors> {
  const { stamp, bytes } = await stampVectors(database, source)
  const isLarge = bytes > MOST_BYTES
  const key = `${keyOf(source)}${isLarge ? ' sketched' : ''}`
  const kept = await cache.get(database, key, async () => ({
    stamp,
    opened: isLarge ? await openSketched(database, source) : await openWhole(database, source),
    renewing: null,
  }))
  if (kept.stamp !== stamp) {
    kept.renewing ??= renew(database, source, kept, stamp).finally(() => {
      kept.renewing = null
    })
    await kept.renewing
  }
  return kept.opened
}

async function renew(database: Database, source: VectorSource, kept: Kept, stamp: string): Promise<void> {
  // Outputs are only added; spectra may also be replaced.
  if (kept.opened.kind === 'WHOLE') kept.opened = await openWhole(database, source)
  else if (source.kind === 'OUTPUTS') await addNew(database, kept.opened.sketched)
  else kept.opened = await openSketched(database, source)
  kept.stamp = stamp
}

async function openSketched(database: Database, source: VectorSource): Promise<OpenVectors> {
  const sketched = createSketchedVectors(source, columnsOf(source))
  await addNew(database, sketched)
  return { kind: 'SKETCHED', sketched }
}

async function openWhole(database: Database, source: VectorSource): Promise<OpenVectors> {
  const blocks: VectorBlock[] = []
  for await (const block of scanVectors(database, source)) blocks.push(block)
  return { kind: 'WHOLE', blocks }
}

function keyOf(source: VectorSource): string {
  return source.kind === 'OUTPUTS'
    ? source.kind
    : [source.kind, source.datasetId, source.version, source.columns].join()
}
