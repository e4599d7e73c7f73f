import type { ReplayTable } from '../../surrogate/replay/replay.js'
import { listBaselines } from './baselines.js'

/** The candidates of a replay, and the baselines among them. */
export function toReplayTable(
  functions: readonly { readonly identityHex: string; readonly expression: string }[],
): ReplayTable {
  const candidates = functions.map(({ identityHex, expression }) => ({ id: identityHex, expression, prediction: null }))
  const known = new Set(candidates.map(({ id }) => id))
  return { candidates, baselines: listBaselines().filter(({ id }) => known.has(id)) }
}
