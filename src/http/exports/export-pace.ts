import type { Chunk } from '../../services/datasets/export-formats.js'

/** How slowly an export may be read. */
export interface ExportPace {
  /** How often it is looked at. */
  readonly everyMilliseconds: number
  /** Of the export, before compression, that a client must take in that time while there is more for it. */
  readonly leastBytes: number
}

/** Half a megabit a second: an export of full size may take an hour and a half, not days. */
export const EXPORT_PACE: ExportPace = { everyMilliseconds: 60_000, leastBytes: 4_000_000 }

/** Passes chunks on and calls `onStall` once where the reader is slower than the pace; waiting for `chunks` does not count. */
export async function* watchPace(
  chunks: AsyncIterable<Chunk>,
  { everyMilliseconds, leastBytes }: ExportPace,
  onStall: () => void,
): AsyncGenerator<Chunk, void, void> {
  let bytes = 0
  let counted = 0
  let isWithReader = false
  const timer = setInterval(() => {
    if (isWithReader && bytes - counted < leastBytes) {
      clearInterval(timer)
      onStall()
    }
    counted = bytes
  }, everyMilliseconds)
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length
      isWithReader = true
      yield chunk
      isWithReader = false
    }
  } finally {
    clearInterval(timer)
  }
}
