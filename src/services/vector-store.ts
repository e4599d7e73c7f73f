import type { Database } from '../db/client.js'
import { scanVectors, stampVectors, type VectorBlock, type VectorSource } from '../db/load-vectors.js'
import { createBoundedCache } from './bounded-cache.js'

/** All vectors of a source, block by block. */
export type VectorBlocks = Iterable<VectorBlock> | AsyncIterable<VectorBlock>

/**
 * Sources up to this size are kept in memory (50,000 functions' outputs, the spectra of a published dataset); larger ones
 * are read from the database each time.
 */
const MOST_BYTES = 192 * 2 ** 20

interface KeptVectors {
  stamp: string
  blocks: readonly VectorBlock[]
}

const cache = createBoundedCache<string, KeptVectors>(3)

/**
 * The vectors of a source as they are now. Small sources stay in memory until one is added; of a large one no more than a
 * block is in memory at a time, so 400,000 functions' outputs (1.6 GB) are gone through in the memory of some thousand.
 */
export async function openVectors(database: Database, source: VectorSource): Promise<VectorBlocks> {
  const { stamp, bytes } = await stampVectors(database, source)
  if (bytes > MOST_BYTES) return scanVectors(database, source)
  const kept = await cache.get(database, keyOf(source), async () => ({
    stamp,
    blocks: await loadAll(database, source),
  }))
  if (kept.stamp !== stamp) {
    kept.blocks = await loadAll(database, source)
    kept.stamp = stamp
  }
  return kept.blocks
}

function keyOf(source: VectorSource): string {
  return source.kind === 'OUTPUTS'
    ? source.kind
    : [source.kind, source.datasetId, source.version, source.columns].join()
}

async function loadAll(database: Database, source: VectorSource): Promise<VectorBlock[]> {
  const blocks: VectorBlock[] = []
  for await (const block of scanVectors(database, source)) blocks.push(block)
  return blocks
}
