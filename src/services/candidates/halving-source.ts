import { replayHalving } from '../../surrogate/replay/halving-replay.js'
import { createHalvingStrategy } from '../../surrogate/strategies/halving-strategy.js'
import type { Candidate } from '../../surrogate/strategies/search-strategy.js'
import type { CandidateSource } from './candidate-source.js'
import { openRandomSource } from './random-source.js'
import type { SourceRequest, StrategyEntry } from './strategy-entry.js'

/** ASHA. */
export const halvingEntry: StrategyEntry = {
  description: `Asynchronous successive halving: random functions are trained for a few epochs, and the best third of them for
three times as many, up to a whole training. \`Suggestion.epochs\` says how far. The service does not train for it.`,
  halves: true,
  live: { startsWithBaselines: false, openSource: openHalvingSource },
  replay: { open: async ({ table, rungs, seed }) => replayHalving(table, rungs, seed) },
}

/** Random functions of the schemas, and those that the search has suggested, with more epochs. */
async function openHalvingSource(request: SourceRequest): Promise<CandidateSource> {
  const random = await openRandomSource(request)
  const { rungs } = request.search
  return {
    ...random,
    createStrategy(knowledge) {
      const known = new Map<string, Candidate>(
        knowledge.map(({ identityHex, expression }) => [
          identityHex,
          { id: identityHex, expression, prediction: null },
        ]),
      )
      return createHalvingStrategy({
        ...{ rungs, rest: random.createStrategy(knowledge) },
        find: (id) => known.get(id) ?? null,
      })
    },
  }
}
