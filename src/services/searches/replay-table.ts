import type { ReplayTable } from '../../surrogate/replay/replay.js'
import { listBaselines } from './baselines.js'

/** What a replay searches: these functions, and those of them that a search tries first. */
export function toReplayTable(
  functions: readonly { readonly identityHex: string; readonly expression: string }[],
): ReplayTable {
  const candidates = functions.map(({ identityHex, expression }) => ({ id: identityHex, expression, prediction: null }))
  const known = new Set(candidates.map(({ id }) => id))
  return { candidates, baselines: listBaselines().filter(({ id }) => known.has(id)) }
}
