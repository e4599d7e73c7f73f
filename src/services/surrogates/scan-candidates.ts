import type { Database } from '../../db/connection/client.js'
import { scanVectors, stampVectors, type VectorBlock } from '../../db/features/load-vectors.js'
import { createPace, type PaceOptions } from '../../surrogate/pace.js'

/** The scores of a block's rows by their outputs, higher is better; null if a score is certainly below `least`. */
export type Screen = (block: VectorBlock, least: number) => Promise<ArrayLike<number | null>>

/**
 * Scores every stored finite function except the `known` ones, block by block, and returns the ids of the `count` highest
 * scores, in rising order. Of equal scores the smaller id wins. Memory holds one block of outputs (8 MB) and 2 × `count`
 * scores, however many functions are stored. Rejects if the signal is aborted.
 */
export async function scanCandidates(
  database: Database,
  known: ReadonlySet<number>,
  count: number,
  screen: Screen,
  options: PaceOptions = {},
): Promise<Int32Array> {
  if (count <= 0) return new Int32Array(0)
  const { bytes } = await stampVectors(database, { kind: 'OUTPUTS' })
  const pace = createPace(options)
  let kept: { readonly id: number; readonly score: number }[] = []
  let least = Number.NEGATIVE_INFINITY
  let seen = 0
  for await (const block of scanVectors(database, { kind: 'OUTPUTS' })) {
    const scores = await screen(block, least)
    for (const [row, id] of block.activationIds.entries()) {
      const score = scores[row]
      if (score === null || score < least || known.has(id)) continue
      kept.push({ id, score })
      if (kept.length < 2 * count) continue
      kept = takeBest(kept, count)
      least = kept[count - 1].score
    }
    seen += block.values.byteLength
    await pace.pause(Math.min(1, seen / bytes))
  }
  return Int32Array.from(takeBest(kept, count), ({ id }) => id).sort()
}

function takeBest<Scored extends { id: number; score: number }>(scored: readonly Scored[], count: number): Scored[] {
  return [...scored].sort((a, b) => b.score - a.score || a.id - b.id).slice(0, count)
}
