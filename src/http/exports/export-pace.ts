import type { Chunk } from '../../services/exports/export-format.js'

/** The slowest pace at which an export may be read. */
export interface ExportPace {
  /** Length of the intervals in which the pace is measured. */
  readonly everyMilliseconds: number
  /** Bytes (before compression) that a client must read in each interval while more bytes are ready. */
  readonly leastBytes: number
}

/** Half a megabit per second: the largest export may take an hour and a half, but not days. */
export const EXPORT_PACE: ExportPace = { everyMilliseconds: 60_000, leastBytes: 4_000_000 }

/** Passes chunks on, and calls `onStall` once if the reader is slower than the pace. Waiting for `chunks` does not count. */
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
